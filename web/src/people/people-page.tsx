import { useState } from 'preact/hooks';
import { Link } from '../ui/link.tsx';
import type { AppPage } from '../ui/router.ts';
import { useShell } from '../ui/shell.ts';
import { Sheet } from '../ui/sheet.tsx';
import { ApiLink, KeysSection, LoginsSection, PasswordSection, ProfileSection } from './account-sections.tsx';
import { CreditsSection } from './credits-section.tsx';
import { AdoptSection, ExportSection, SharesSection } from './data-sections.tsx';
import { RegisterForm, ResetForm, SignInForm } from './entry-forms.tsx';
import { EraseSection } from './erase-section.tsx';
import { Fault } from '../ui/field.tsx';
import { ImportSection } from './import-section.tsx';
import { useLanguage } from './people-texts.ts';
import { endAtProvider, forgetProvider, SignedOn } from './sign-on-part.tsx';
import { useReading } from '../ui/use-request.ts';
import './people.css';

export interface PeoplePageProps {
  readonly page: AppPage;
  /** By which this browser is a guest. */
  readonly guestToken: string | undefined;
  /** Conversations have come that the list does not know. */
  readonly changed: () => void;
  /** All conversations are erased: this browser forgets what it keeps of them. */
  readonly forget: () => void;
}

export function PeoplePage({ page, ...rest }: PeoplePageProps) {
  const { guestToken } = rest;
  const { t } = useLanguage();
  return (
    <Sheet name="people" back={t('people.back')} part={page}>
      <div class="column sheet">
        {page === 'sign-in' && <SignInForm />}
        {page === 'signed-on' && <SignedOn />}
        {page === 'register' && <RegisterForm guestToken={guestToken} />}
        {page === 'reset' && <ResetForm token={location.hash.slice(1)} />}
        {page === 'account' && <Account {...rest} />}
        {page === 'erased' && <Erased />}
        {page === 'missing' && <Missing />}
      </div>
    </Sheet>
  );
}

type AccountProps = Omit<PeoplePageProps, 'page'>;

function Account(props: AccountProps) {
  const { account } = useShell();
  const { t } = useLanguage();
  if (account.account.value.name === 'signedIn') return <OwnAccount {...props} />;
  return (
    <>
      <h2>{t('account.title')}</h2>
      <p>{t('account.signInFirst')}</p>
      <p>
        <Link to={{ name: 'app', page: 'sign-in', next: 'account' }} class="button button-strong">
          {t('account.signInLink')}
        </Link>
      </p>
      <CreditsSection />
      <ApiLink />
      <SharesSection />
      <ExportSection />
      <ImportSection changed={props.changed} />
      <EraseSection forget={props.forget} />
    </>
  );
}

function OwnAccount({ guestToken, changed, forget }: AccountProps) {
  const { account, router } = useShell();
  const { t } = useLanguage();
  const me = useReading('users.me', {});
  const [isAway, setAway] = useState(false);
  const signOut = async () => {
    const isOut = (await account.signOut(endAtProvider(router.root))).ok;
    setAway(!isOut);
    if (isOut) forgetProvider();
  };
  return (
    <>
      <div class="line line-apart">
        <h2>{t('account.title')}</h2>
        <button type="button" class="button" onClick={() => void signOut()}>
          {t('account.signOut')}
        </button>
      </div>
      <Fault text={isAway ? t('line.unreachable') : me.fault} />
      {!me.value && me.fault === undefined && <p class="quiet">{t('account.loading')}</p>}
      {me.value && <ProfileSection me={me.value} />}
      <CreditsSection />
      <SharesSection />
      <ExportSection />
      <ImportSection changed={changed} />
      {guestToken !== undefined && <AdoptSection guestToken={guestToken} changed={changed} />}
      <LoginsSection />
      <KeysSection />
      <PasswordSection />
      <EraseSection forget={forget} />
    </>
  );
}

/** After the account is gone. */
function Missing() {
  const { t } = useLanguage();
  return (
    <>
      <h2>{t('missing.title')}</h2>
      <p>{t('missing.text')}</p>
      <p>
        <Link to={{ name: 'chat' }} class="button button-strong">
          {t('people.back')}
        </Link>
      </p>
    </>
  );
}

function Erased() {
  const { t } = useLanguage();
  return (
    <>
      <h2>{t('erased.title')}</h2>
      <p>{t('erased.text')}</p>
      <p>
        <Link to={{ name: 'chat' }} class="button button-strong">
          {t('erased.link')}
        </Link>
      </p>
    </>
  );
}
