import { useState } from 'preact/hooks';
import { textOf } from '../../../shared/client/message.ts';
import type { Signed } from '../connection/account-keeper.ts';
import { Fault, Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import type { Place } from '../ui/router.ts';
import { useShell } from '../ui/shell.ts';
import { useReading } from '../ui/use-request.ts';
import { useLanguage } from './people-texts.ts';
import { SignOnPart } from './sign-on-part.tsx';

interface FormState {
  readonly fault: string | undefined;
  readonly isBusy: boolean;
  /** Resolves to whether it succeeded. */
  readonly submit: (send: () => Promise<Signed>) => Promise<boolean>;
}

function useForm(): FormState {
  const { t } = useLanguage();
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  return {
    fault,
    isBusy,
    async submit(send) {
      if (isBusy) return false;
      setBusy(true);
      const signed = await send();
      setBusy(false);
      if (signed.ok) return true;
      const { message } = signed.refused;
      setFault(message === '' ? t('line.unreachable') : message);
      return false;
    },
  };
}

/** The other way in leads to the same place afterwards. */
function useOther(page: 'register' | 'sign-in'): Place {
  const place = useShell().router.place.value;
  const next = place.name === 'app' ? place.next : undefined;
  return { name: 'app', page, ...(next && { next }) };
}

export function SignInForm() {
  const { account, entry } = useShell();
  const { guests, signUp } = entry.value;
  const other = useOther('register');
  const { t } = useLanguage();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm();
  const submit = async (event: Event) => {
    event.preventDefault();
    await form.submit(() => account.signIn({ email, password }));
  };
  return (
    <>
      <h2>{t('signIn.title')}</h2>
      <p class="quiet">{t(guests ? 'signIn.lead' : 'signIn.needed')}</p>
      <SignOnPart />
      <form class="form" onSubmit={(event) => void submit(event)}>
        <EmailField value={email} change={setEmail} />
        <Field
          label={t('field.password')}
          type="password"
          autocomplete="current-password"
          required
          value={password}
          change={setPassword}
        />
        <Fault text={form.fault} />
        <Submit isBusy={form.isBusy} text={t('signIn.button')} />
      </form>
      {signUp ? (
        <p>
          {t('signIn.noAccount')} <Link to={other}>{t('signIn.register')}</Link>
        </p>
      ) : (
        <p class="quiet">{t('signIn.closed')}</p>
      )}
      {guests && (
        <p>
          <Link to={{ name: 'chat' }}>{t('signIn.guest')}</Link>
        </p>
      )}
      <p class="quiet">{t('signIn.forgotten')}</p>
    </>
  );
}

/** Says before anything is typed whether the invitation is still good. */
function Invitation({ inviteToken }: { inviteToken: string }) {
  const { t } = useLanguage();
  const invitation = useReading('invitations.read', { inviteToken });
  const isAdmin = invitation.value?.['role'] === 'admin';
  const team = textOf(invitation.value?.['team']);
  if (invitation.fault !== undefined) return <Fault text={invitation.fault} />;
  return (
    <>
      <p>{t(isAdmin ? 'register.invitedAdmin' : 'register.invited')}</p>
      {team !== '' && <p>{t('register.invitedTeam', { team })}</p>}
    </>
  );
}

export function RegisterForm({ guestToken }: { guestToken: string | undefined }) {
  const { account, entry } = useShell();
  const { t } = useLanguage();
  const other = useOther('sign-in');
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [inviteToken] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const isInvited = inviteToken !== '';
  const form = useForm();
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = {
      email,
      password,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(guestToken === undefined ? {} : { guestToken }),
      ...(isInvited ? { inviteToken } : {}),
    };
    await form.submit(() => account.register(given));
  };
  return (
    <>
      <h2>{t('register.title')}</h2>
      {isInvited && <Invitation inviteToken={inviteToken} />}
      {entry.value.guests && <p class="quiet">{t('register.lead')}</p>}
      <form class="form" onSubmit={(event) => void submit(event)}>
        <EmailField value={email} change={setEmail} />
        <Field label={t('field.name')} autocomplete="name" maxLength={100} value={name} change={setName} />
        <NewPasswordField label={t('field.password')} value={password} change={setPassword} />
        <Fault text={form.fault} />
        <Submit isBusy={form.isBusy} text={t('register.button')} />
      </form>
      <p>
        {t('register.hasAccount')} <Link to={other}>{t('register.signIn')}</Link>
      </p>
    </>
  );
}

/** The link's token comes behind `#`, which no server and no log gets to see. */
export function ResetForm({ token }: { token: string }) {
  const { account } = useShell();
  const { t } = useLanguage();
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const form = useForm();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await form.submit(() => account.reset({ token, password }))) setDone(true);
  };
  return (
    <>
      <h2>{t('reset.title')}</h2>
      {token === '' && <p>{t('reset.noLink')}</p>}
      {isDone && (
        <p role="status">
          {t('reset.done')} <Link to={{ name: 'app', page: 'sign-in' }}>{t('register.signIn')}</Link>
        </p>
      )}
      {token !== '' && !isDone && (
        <>
          <p class="quiet">{t('reset.lead')}</p>
          <form class="form" onSubmit={(event) => void submit(event)}>
            <NewPasswordField label={t('field.newPassword')} value={password} change={setPassword} />
            <Fault text={form.fault} />
            <Submit isBusy={form.isBusy} text={t('reset.button')} />
          </form>
        </>
      )}
    </>
  );
}

function EmailField({ value, change }: { value: string; change: (value: string) => void }) {
  const { t } = useLanguage();
  const label = t('field.email');
  return <Field label={label} type="email" autocomplete="username" required value={value} change={change} />;
}

interface NewPasswordProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
}

/** The server says when it is too short; the browser's own bubble would be in its own language. */
export function NewPasswordField({ label, value, change }: NewPasswordProps) {
  const { t } = useLanguage();
  return (
    <Field
      label={label}
      type="password"
      autocomplete="new-password"
      required
      hint={t('field.passwordHint')}
      value={value}
      change={change}
    />
  );
}

export function Submit({ isBusy, text }: { isBusy: boolean; text: string }) {
  const { t } = useLanguage();
  return (
    <button type="submit" class="button button-strong" aria-disabled={isBusy}>
      {isBusy ? t('people.busy') : text}
    </button>
  );
}
