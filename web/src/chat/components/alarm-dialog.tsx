import { dateText } from '../../ui/i18n.ts';
import { keyName } from '../proof/key-name.ts';
import { useProofTexts } from './proof-texts.ts';
import { useChat } from './context.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** Says what has changed and what it can mean, and leaves the decision to the reader. */
export function AlarmDialog({ close }: { close: () => void }) {
  const { proofs } = useChat();
  const { locale, t } = useProofTexts();
  const alarm = proofs.alarm.value;
  if (!alarm) return null;
  const date = dateText(locale, alarm.sinceMs);
  const accept = () => {
    close();
    void proofs.accept();
  };
  return (
    <Dialog id="alarm-title" title={t('alarm.title')} close={close}>
      <p>
        {alarm.name === 'key'
          ? t('alarm.keyText', { date, known: keyName(alarm.known), found: keyName(alarm.found) })
          : t('alarm.historyText', { date, known: alarm.known })}
      </p>
      <p>{t('alarm.ask')}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={accept}>
          {t('alarm.accept')}
        </button>
        <button type="button" class="button button-strong" onClick={close}>
          {t('alarm.wait')}
        </button>
      </div>
    </Dialog>
  );
}
