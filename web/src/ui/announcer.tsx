import { useShell } from './shell.ts';

/** The page speaks here; everything that is seen is silent, since it changes with every token. */
export function Announcer() {
  const { speech } = useShell();
  return (
    <div class="visually-hidden" role="status" aria-live="polite" aria-relevant="additions">
      {speech.said.value.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
