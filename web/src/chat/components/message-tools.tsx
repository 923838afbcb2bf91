import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icons.tsx';
import { readableText } from '../../ui/readable-text.ts';
import type { Turn } from '../turn.ts';
import { mayEdit } from '../versions.ts';
import { useChat, useLanguage, useMayBranch } from './context.ts';
import { CopyButton } from './copy-button.tsx';
import { VersionSwitch } from './version-switch.tsx';

/** What can be done with a message that was sent. */
export function MessageTools({ turn, takesFocus }: { turn: Turn; takesFocus: boolean }) {
  const { store } = useChat();
  const { t } = useLanguage();
  const mayBranch = useMayBranch();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus) button.current?.focus({ preventScroll: true });
  }, []);
  if (!mayEdit(turn)) return null;
  return (
    <div class="message-tools">
      {turn.promptVersions && <VersionSwitch versions={turn.promptVersions} of="message" />}
      <button
        ref={button}
        type="button"
        class="tool"
        aria-label={t('message.edit')}
        title={t('message.edit')}
        onClick={() => mayBranch() && store.edit(turn.id)}
      >
        <Icon name="edit" />
      </button>
      <CopyButton text={readableText(turn.text)} label={t('message.copy')} />
    </div>
  );
}
