import { useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { copyText } from '../ui/clipboard.ts';
import { Fault, Field } from '../ui/field.tsx';
import { shortTimeText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';
import { useLanguage } from './teams-texts.ts';

/** As many as a list of the server has at once: a manager makes few. */
const LISTED_MAX = 200;

/** For managers: links by which people make accounts and are members. */
export function InvitationsSection({ team }: { team: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const list = useReading('invitations.list', { limit: LISTED_MAX });
  const [uses, setUses] = useState('1');
  const [days, setDays] = useState('7');
  const [made, setMade] = useState<Params | undefined>(undefined);
  const invitations = recordsOf(list.value, 'invitations').filter((one) => one['team'] === team);
  const make = async (event: Event) => {
    event.preventDefault();
    setMade(await deed.run('invitations.create', { team, uses: Number(uses), days: Number(days) }));
    list.again();
  };
  const withdraw = async (id: string) => {
    if (await deed.run('invitations.withdraw', { invitation: id })) speech.say(t('invite.withdrawn'));
    list.again();
  };
  return (
    <section aria-labelledby="invitations">
      <h3 id="invitations">{t('invite.title')}</h3>
      <p class="quiet">{t('invite.lead')}</p>
      <form class="teams-line" aria-label={t('invite.title')} onSubmit={(event) => void make(event)}>
        <Field label={t('invite.uses')} type="number" min={1} value={uses} change={setUses} />
        <Field label={t('invite.days')} type="number" min={1} value={days} change={setDays} />
        <button type="submit" class="button button-strong">
          {t('invite.make')}
        </button>
      </form>
      <Fault text={deed.fault ?? list.fault} />
      {made && <MadeLink token={textOf(made['token'])} />}
      {list.value && invitations.length === 0 && <p class="quiet">{t('invite.none')}</p>}
      <ul class="teams-rows">
        {invitations.map((one) => (
          <Invitation key={textOf(one['id'])} one={one} withdraw={withdraw} />
        ))}
      </ul>
    </section>
  );
}

function Invitation({ one, withdraw }: { one: Params; withdraw: (id: string) => Promise<void> }) {
  const { locale, t } = useLanguage();
  const used = t('invite.used', { used: numberOf(one['used']), uses: numberOf(one['uses']) });
  const until = t('invite.until', { until: shortTimeText(locale, textOf(one['expiresAt'])) });
  return (
    <li class="teams-row">
      <span>{`${used} · ${until}`}</span>
      <button type="button" class="button" onClick={() => void withdraw(textOf(one['id']))}>
        {t('invite.withdraw')}
      </button>
    </li>
  );
}

/** A secret address that is shown once. */
function MadeLink({ token }: { token: string }) {
  const { router, speech } = useShell();
  const { t } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const { href } = new URL(`invite/${encodeURIComponent(token)}`, router.root);
  const copy = async () => {
    if (!(await copyText(href))) return;
    setCopied(true);
    speech.say(t('invite.copied'));
  };
  return (
    <div class="teams-once">
      <p>{t('invite.link')}</p>
      <p class="teams-address">{href}</p>
      <div class="teams-line">
        <button type="button" class="button" onClick={() => void copy()}>
          {t('invite.copy')}
        </button>
        {isCopied && <span class="quiet">{t('invite.copied')}</span>}
      </div>
    </div>
  );
}
