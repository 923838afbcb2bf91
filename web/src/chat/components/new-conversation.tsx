import { useLayoutEffect, useRef } from 'preact/hooks';
import { useLanguage, useChat } from './context.ts';

/** Asks before anything is removed. The native dialog keeps the focus inside and gives it back. */
export function NewConversation({ close }: { close: () => void }) {
  const { store, focusComposer } = useChat();
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const confirm = () => {
    store.startNewConversation();
    dialog.current?.close();
    focusComposer();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="new-title"
      aria-describedby="new-text"
      onClose={close}
    >
      <h2 id="new-title">{t('new.title')}</h2>
      <p id="new-text">{t('new.text')}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {t('new.no')}
        </button>
        <button type="button" class="button button-strong" onClick={confirm}>
          {t('new.yes')}
        </button>
      </div>
    </dialog>
  );
}
