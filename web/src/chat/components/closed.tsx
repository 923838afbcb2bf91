import { useRef, useState } from 'preact/hooks';
import { isErrorKey } from '../../../../shared/client/message.ts';
import { summaryOf, type Summary } from '../../connection/summary.ts';
import { failureText } from '../../ui/i18n.ts';
import { useShell } from '../../ui/shell.ts';
import { useFocusHeir } from '../../ui/focus.ts';
import { useChat, useLanguage } from './context.ts';

/** Why nothing can be written here, and the way to change that. */
export function Closed({ status }: { status: Exclude<Summary['status'], 'open'> }) {
  const { store, current, focusComposer } = useChat();
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState('');
  // The field takes the place of the button.
  useFocusHeir(box, () => requestAnimationFrame(focusComposer));
  const open = async () => {
    const conversation = current.summary.peek()?.id;
    if (conversation === undefined) return;
    const outcome = await store.ask('conversations.update', { conversation, status: 'open' });
    if (!outcome.ok) {
      const { reason, values, message } = outcome.failure;
      return setFault(
        isErrorKey(reason) ? failureText(locale, reason, values, message) : t('reason.network'),
      );
    }
    const summary = summaryOf(outcome.result);
    if (summary) current.take(summary);
    speech.say(t('composer.reopened'));
  };
  return (
    <div ref={box} class="composer composer-closed">
      <p>
        {t(`composer.${status}`)} {fault !== '' && <span role="alert">{fault}</span>}
      </p>
      <button id="composer" type="button" class="button" onClick={() => void open()}>
        {t('composer.reopen')}
      </button>
    </div>
  );
}
