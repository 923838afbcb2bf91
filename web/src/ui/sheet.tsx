import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Header } from './header.tsx';
import { Link } from './link.tsx';
import { useMayTalk } from './shell.ts';
import './styles/sheet.css';

/** A page beside the conversation: the head with the way back, and below it what scrolls. */
export function Sheet(props: {
  /** The class of what scrolls. */
  readonly name: string;
  /** The words of the way back, which visitors who may not talk do not get. */
  readonly back: string;
  /** Which part is shown: another one is read from its beginning. */
  readonly part?: string | undefined;
  readonly children: ComponentChildren;
}) {
  const hasConversation = useMayTalk();
  const main = useRef<HTMLElement>(null);
  // The reader begins where the page begins, also with a keyboard.
  useEffect(() => main.current?.focus({ preventScroll: true }), [props.part]);
  return (
    <div class="page">
      <Header
        status={
          hasConversation && (
            <p class="status">
              <Link to={{ name: 'chat' }}>{props.back}</Link>
            </p>
          )
        }
      />
      <main ref={main} class={`main sheet-main ${props.name}`} tabIndex={-1}>
        {props.children}
      </main>
    </div>
  );
}
