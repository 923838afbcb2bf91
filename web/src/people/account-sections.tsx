import { useState } from 'preact/hooks';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { copyText } from '../ui/clipboard.ts';
import { shortTimeText } from '../ui/i18n.ts';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { NewPasswordField, Submit } from './entry-forms.tsx';
import { Fault, Field } from '../ui/field.tsx';
import { useLanguage } from './people-texts.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';

export function ProfileSection({ me }: { me: Params }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const [name, setName] = useState(textOf(me['name']));
  const [days, setDays] = useState(retentionOf(me));
  const [isSaved, setSaved] = useState(false);
  const save = async (event: Event) => {
    event.preventDefault();
    setSaved(false);
    const retentionDays = days.trim() === '' ? null : Number(days);
    if (!(await deed.run('users.update', { name: name.trim(), retentionDays }))) return;
    setSaved(true);
    speech.say(t('account.saved'));
  };
  return (
    <section class="card" aria-labelledby="profile">
      <h3 id="profile">{t('profile.title')}</h3>
      <p class="quiet">{textOf(me['email'])}</p>
      <p>
        <Link to={{ name: 'app', page: 'teams' }}>{t('account.teams')}</Link>
      </p>
      {me['role'] === 'admin' && (
        <p>
          <Link to={{ name: 'app', page: 'admin' }}>{t('account.admin')}</Link>
        </p>
      )}
      <form class="form" onSubmit={(event) => void save(event)}>
        <Field label={t('profile.name')} autocomplete="name" maxLength={100} value={name} change={setName} />
        <Field
          label={t('profile.retention')}
          type="number"
          min={1}
          hint={t('profile.retentionHint')}
          value={days}
          change={setDays}
        />
        <Fault text={deed.fault} />
        <div class="line">
          <Submit isBusy={deed.isBusy} text={t('account.save')} />
          {isSaved && <span class="quiet">{t('account.saved')}</span>}
        </div>
      </form>
    </section>
  );
}

export function PasswordSection() {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setDone(false);
    if (!(await deed.run('auth.password', { current, password }))) return;
    setCurrent('');
    setPassword('');
    setDone(true);
    speech.say(t('password.done'));
  };
  return (
    <section class="card" aria-labelledby="password">
      <h3 id="password">{t('password.title')}</h3>
      <p class="quiet">{t('password.lead')}</p>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field
          label={t('field.currentPassword')}
          type="password"
          autocomplete="current-password"
          required
          value={current}
          change={setCurrent}
        />
        <NewPasswordField label={t('field.newPassword')} value={password} change={setPassword} />
        <Fault text={deed.fault} />
        <div class="line">
          <Submit isBusy={deed.isBusy} text={t('password.button')} />
          {isDone && <span class="quiet">{t('password.done')}</span>}
        </div>
      </form>
    </section>
  );
}

export function LoginsSection() {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const reading = useReading('auth.logins', {});
  const deed = useDeed();
  const logins = recordsOf(reading.value, 'logins');
  const end = async (login?: string) => {
    if (!(await deed.run('auth.revoke', login === undefined ? {} : { login }))) return;
    speech.say(t('logins.ended'));
    reading.again();
  };
  return (
    <section class="card" aria-labelledby="logins">
      <h3 id="logins" tabIndex={-1}>
        {t('logins.title')}
      </h3>
      <ul class="records">
        {logins.map((login) => {
          const device = deviceOf(textOf(login['userAgent'])) || t('logins.unknown');
          const time = shortTimeText(locale, textOf(login['usedAt']));
          const isCurrent = login['current'] === true;
          return (
            <li key={textOf(login['id'])}>
              <div>
                <strong>{device}</strong> {isCurrent && <span class="mark-here">{t('logins.current')}</span>}
                <p class="quiet">
                  {textOf(login['address'])} · {t('logins.used', { time })}
                </p>
              </div>
              {!isCurrent && (
                <button
                  type="button"
                  class="button"
                  aria-label={t('logins.endOne', { device })}
                  aria-disabled={deed.isBusy}
                  onClick={() => void end(textOf(login['id'])).then(() => focusOn('logins'))}
                >
                  {t('logins.end')}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <Fault text={deed.fault ?? reading.fault} />
      {logins.length > 1 && (
        <button
          type="button"
          class="button"
          aria-disabled={deed.isBusy}
          onClick={() => void end().then(() => focusOn('logins'))}
        >
          {t('logins.endOthers')}
        </button>
      )}
    </section>
  );
}

export function KeysSection() {
  const { speech } = useShell();
  const { t } = useLanguage();
  const reading = useReading('keys.list', {});
  const deed = useDeed();
  const [name, setName] = useState('');
  const [made, setMade] = useState('');
  const keys = recordsOf(reading.value, 'keys');
  const create = async (event: Event) => {
    event.preventDefault();
    const result = await deed.run('keys.create', { name: name.trim() });
    if (!result) return;
    setMade(textOf(result['key']));
    setName('');
    reading.again();
  };
  const revoke = async (key: string) => {
    if (!(await deed.run('keys.revoke', { key }))) return;
    speech.say(t('keys.revoked'));
    reading.again();
    focusOn('keys');
  };
  const copy = async () => {
    if (await copyText(made)) speech.say(t('action.copied'));
  };
  return (
    <section class="card" aria-labelledby="keys">
      <h3 id="keys" tabIndex={-1}>
        {t('keys.title')}
      </h3>
      <p class="quiet">{t('keys.lead')}</p>
      <ApiLink />
      {reading.value && keys.length === 0 && <p>{t('keys.none')}</p>}
      <KeyRows keys={keys} isBusy={deed.isBusy} revoke={(key) => void revoke(key)} />
      {made !== '' && (
        <div class="made" role="status">
          <p>{t('keys.once')}</p>
          <code class="secret">{made}</code>
          <button type="button" class="button" onClick={() => void copy()}>
            {t('keys.copy')}
          </button>
        </div>
      )}
      <form class="form" onSubmit={(event) => void create(event)}>
        <Field label={t('keys.name')} required maxLength={100} value={name} change={setName} />
        <Fault text={deed.fault ?? reading.fault} />
        <Submit isBusy={deed.isBusy} text={t('keys.create')} />
      </form>
    </section>
  );
}

/** Leads to how programs use this server. */
export function ApiLink() {
  const { t } = useLanguage();
  return (
    <p>
      <Link to={{ name: 'app', page: 'api' }}>{t('keys.api')}</Link>
    </p>
  );
}

interface KeyRowsProps {
  readonly keys: readonly Params[];
  readonly isBusy: boolean;
  readonly revoke: (id: string) => void;
}

function KeyRows({ keys, isBusy, revoke }: KeyRowsProps) {
  const { locale, t } = useLanguage();
  return (
    <ul class="records">
      {keys.map((key) => {
        const used = textOf(key['lastUsedAt']);
        const title = textOf(key['name']);
        return (
          <li key={textOf(key['id'])}>
            <div>
              <strong>{title}</strong> <code>{textOf(key['prefix'])}…</code>
              <p class="quiet">
                {used === '' ? t('keys.neverUsed') : t('keys.used', { time: shortTimeText(locale, used) })}
              </p>
            </div>
            <button
              type="button"
              class="button"
              aria-label={t('keys.revokeOne', { name: title })}
              aria-disabled={isBusy}
              onClick={() => revoke(textOf(key['id']))}
            >
              {t('keys.revoke')}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function retentionOf({ retentionDays }: Params): string {
  return typeof retentionDays === 'number' ? String(retentionDays) : '';
}

/** The button that had the focus is gone with its row. */
function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}

const BROWSERS = [
  ['Firefox', /Firefox\/\d/],
  ['Edge', /Edg\/\d/],
  ['Chrome', /Chrom(?:e|ium)\/\d/],
  ['Safari', /Safari\/\d/],
] as const;
const SYSTEMS = [
  ['Android', /Android/],
  ['iPhone', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

/** "Firefox · Linux" for a browser, else what the program called itself. */
export function deviceOf(userAgent: string): string {
  const browser = BROWSERS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  if (browser === undefined) return userAgent.slice(0, 60);
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  return system === undefined ? browser : `${browser} · ${system}`;
}
