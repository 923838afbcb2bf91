import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../ui/dialog.tsx';
import { failureText } from '../../ui/i18n.ts';
import { useShell } from '../../ui/shell.ts';
import type { ErasedMany } from '../erase-conversation.ts';
import { useChat, useLanguage } from './context.ts';

/** Asks before anything is removed, and says from where. */
export function NewConversation({ close }: { close: () => void }) {
  const { store, focusComposer } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const [also, setAlso] = useState(false);
  const [step, setStep] = useState<'asking' | 'erasing' | ErasedMany>('asking');
  const begun = useRef(false);
  const begin = () => {
    begun.current = true;
    store.startNewConversation();
    close();
  };
  const confirm = async () => {
    if (step === 'erasing') return;
    if (!also) return begin();
    setStep('erasing');
    const result = await store.eraseConversation();
    if (result.failure) return setStep(result);
    speech.say(t('mark.erased'));
    begin();
  };
  const label = also ? 'new.eraseYes' : 'new.yes';
  return (
    <Dialog
      id="new-title"
      title={t('new.title')}
      close={close}
      closed={() => begun.current && focusComposer()}
    >
      <p>{t(also ? 'new.textErased' : 'new.text')}</p>
      <label class="choice">
        <input
          type="checkbox"
          checked={also}
          disabled={step === 'erasing'}
          onChange={(event) => setAlso(event.currentTarget.checked)}
        />
        <span>{t('new.erase')}</span>
      </label>
      {typeof step === 'object' && <Unerased result={step} />}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={close}>
          {t('new.no')}
        </button>
        <button
          type="button"
          class="button button-strong"
          aria-disabled={step === 'erasing'}
          onClick={() => void confirm()}
        >
          {t(step === 'erasing' ? 'new.erasing' : label)}
        </button>
      </div>
    </Dialog>
  );
}

function Unerased({ result: { left, failure } }: { result: ErasedMany }) {
  const { locale, t } = useLanguage();
  const reason = failure?.reason ?? 'internal';
  const why =
    reason === 'disconnected' || reason === 'timed_out'
      ? t('reason.network')
      : failureText(locale, reason, failure?.values ?? {});
  return (
    <p class="dialog-fault" role="alert">
      {t('new.unerased', { count: left })} {why}
    </p>
  );
}
