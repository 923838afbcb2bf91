import { useState } from 'preact/hooks';
import { numberOf } from '../../../shared/client/message.ts';
import { Dialog } from '../ui/dialog.tsx';
import { amountText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { Fault, Field } from '../ui/field.tsx';
import { useLanguage } from './people-texts.ts';
import { useDeed } from '../ui/use-request.ts';

export interface EraseProps {
  /** This browser forgets what it keeps of the conversations. */
  readonly forget: () => void;
}

/** Nothing here can be brought back, and it says so before. */
export function EraseSection({ forget }: EraseProps) {
  const { account } = useShell();
  const { locale, t } = useLanguage();
  const [asking, setAsking] = useState<'conversations' | 'account' | undefined>(undefined);
  const [erased, setErased] = useState<number | undefined>(undefined);
  const isUser = account.account.value.name === 'signedIn';
  const close = () => setAsking(undefined);
  const count = amountText(locale, erased ?? 0);
  return (
    <section class="card" aria-labelledby="erase">
      <h3 id="erase">{t('erase.title')}</h3>
      <p class="quiet">{t(isUser ? 'erase.lead' : 'erase.leadGuest')}</p>
      <div class="line">
        <button
          type="button"
          class="button"
          aria-haspopup="dialog"
          onClick={() => setAsking('conversations')}
        >
          {t('eraseAll.button')}
        </button>
        {isUser && (
          <button type="button" class="button" aria-haspopup="dialog" onClick={() => setAsking('account')}>
            {t('eraseAccount.button')}
          </button>
        )}
      </div>
      {erased !== undefined && (
        <p role="status">{erased === 1 ? t('eraseAll.doneOne') : t('eraseAll.done', { count })}</p>
      )}
      {asking === 'conversations' && (
        <EraseAll
          close={close}
          done={(conversations) => {
            setErased(conversations);
            forget();
          }}
        />
      )}
      {asking === 'account' && <EraseAccount close={close} />}
    </section>
  );
}

function EraseAll({ close, done }: { close: () => void; done: (conversations: number) => void }) {
  const { t } = useLanguage();
  const deed = useDeed();
  const erase = async () => {
    const result = await deed.run('conversations.eraseAll', {});
    if (!result) return;
    done(numberOf(result['conversations']));
    close();
  };
  return (
    <Dialog id="erase-all-title" title={t('eraseAll.title')} close={close}>
      <p>{t('eraseAll.text')}</p>
      <p>{t('eraseAll.stays')}</p>
      <Fault text={deed.fault} />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={close}>
          {t('erase.no')}
        </button>
        <button
          type="button"
          class="button button-grave"
          aria-disabled={deed.isBusy}
          onClick={() => void erase()}
        >
          {t(deed.isBusy ? 'erase.going' : 'eraseAll.yes')}
        </button>
      </div>
    </Dialog>
  );
}

function EraseAccount({ close }: { close: () => void }) {
  const { account } = useShell();
  const { t } = useLanguage();
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const erase = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const erased = await account.erase(password);
    setBusy(false);
    // Where the page leads then is up to whoever watches the account.
    if (!erased.ok) setFault(erased.refused.message || t('line.unreachable'));
  };
  return (
    <Dialog id="erase-account-title" title={t('eraseAccount.title')} close={close}>
      <p>{t('eraseAccount.text')}</p>
      <p>{t('eraseAccount.stays')}</p>
      <form class="form" onSubmit={(event) => void erase(event)}>
        <Field
          label={t('eraseAccount.password')}
          type="password"
          autocomplete="current-password"
          required
          value={password}
          change={setPassword}
        />
        <Fault text={fault} />
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={close}>
            {t('erase.no')}
          </button>
          <button type="submit" class="button button-grave" aria-disabled={isBusy}>
            {t(isBusy ? 'erase.going' : 'eraseAccount.yes')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
