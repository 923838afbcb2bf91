import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icons.tsx';
import { useShell } from '../../ui/shell.ts';
import type { Versions } from '../turn.ts';
import { useChat, useLanguage, useMayBranch, type Landing } from './context.ts';

/** Which version of a message is shown, and the way to the others. */
export function VersionSwitch({ versions, of }: { versions: Versions; of: 'message' | 'answer' }) {
  const { store, follow, landing, focusComposer } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const mayBranch = useMayBranch();
  const back = useRef<HTMLButtonElement>(null);
  const on = useRef<HTMLButtonElement>(null);
  const { ids, index } = versions;
  const place = t('versions.place', { number: index + 1, count: ids.length });
  useLayoutEffect(() => {
    const landed = landing.current;
    if (landed === undefined || landed.message !== ids[index]) return;
    landing.current = undefined;
    const button = landed.direction === 'back' ? back.current : on.current;
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: 'nearest' });
    speech.say(t(`versions.${of}`, { place }));
  });
  const go = async (direction: Landing['direction']) => {
    const message = ids[index + (direction === 'back' ? -1 : 1)];
    if (message === undefined || !mayBranch()) return;
    follow.current?.stay();
    landing.current = { message, direction };
    if (await store.goToVersion(message)) {
      requestAnimationFrame(() => document.activeElement === document.body && focusComposer());
    } else {
      landing.current = undefined;
      speech.say(t('versions.failed'));
    }
  };
  return (
    <span class="versions" role="group" aria-label={t(`versions.${of}`, { place })}>
      <button
        ref={back}
        type="button"
        class="tool"
        aria-label={t('versions.back')}
        title={t('versions.back')}
        aria-disabled={index === 0}
        onClick={() => void go('back')}
      >
        <Icon name="left" />
      </button>
      <span class="versions-place" aria-hidden="true">
        {index + 1}/{ids.length}
      </span>
      <button
        ref={on}
        type="button"
        class="tool"
        aria-label={t('versions.on')}
        title={t('versions.on')}
        aria-disabled={index === ids.length - 1}
        onClick={() => void go('on')}
      >
        <Icon name="right" />
      </button>
    </span>
  );
}
