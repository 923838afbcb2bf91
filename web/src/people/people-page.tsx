import { useEffect, useRef } from 'preact/hooks';
import { Header } from '../ui/header.tsx';
import { Link } from '../ui/link.tsx';
import type { AppPage } from '../ui/router.ts';
import { useShell } from '../ui/shell.ts';
import { KeysSection, LoginsSection, PasswordSection, ProfileSection } from './account-sections.tsx';
import { CreditsSection } from './credits-section.tsx';
import { RegisterForm, ResetForm, SignInForm } from './entry-forms.tsx';
import { Fault } from './field.tsx';
import { useLanguage } from './people-texts.ts';
import { useReading } from './use-request.ts';
import './people.css';

export interface PeoplePageProps {
  readonly page: AppPage;
  /** Begins the whole page anew: nothing of who was here before stays in memory. */
  readonly begin: () => void;
  /** By which this browser is a guest. */
  readonly guestToken: string | undefined;
}

export function PeoplePage({ page, begin, guestToken }: PeoplePageProps) {
  const { t } = useLanguage();
  const main = useRef<HTMLElement>(null);
  // The reader begins where the page begins, also with a keyboard.
  useEffect(() => main.current?.focus({ preventScroll: true }), [page]);
  return (
    <div class="page">
      <Header
        status={
          <p class="status">
            <Link to={{ name: 'chat' }}>{t('people.back')}</Link>
          </p>
        }
      />
      <main ref={main} class="main people" tabIndex={-1}>
        <div class="column sheet">
          {page === 'sign-in' && <SignInForm enter={begin} />}
          {page === 'register' && <RegisterForm enter={begin} guestToken={guestToken} />}
          {page === 'reset' && <ResetForm token={location.hash.slice(1)} />}
          {page === 'account' && <Account begin={begin} />}
        </div>
      </main>
    </div>
  );
}

function Account({ begin }: { begin: () => void }) {
  const { account } = useShell();
  const { t } = useLanguage();
  if (account.account.value.name === 'signedIn') return <OwnAccount begin={begin} />;
  return (
    <>
      <h2>{t('account.title')}</h2>
      <p>{t('account.signInFirst')}</p>
      <p>
        <Link to={{ name: 'app', page: 'sign-in' }} class="button button-strong">
          {t('account.signInLink')}
        </Link>
      </p>
      <CreditsSection />
    </>
  );
}

function OwnAccount({ begin }: { begin: () => void }) {
  const { account } = useShell();
  const { t } = useLanguage();
  const me = useReading('users.me', {});
  const signOut = () => void account.signOut().then(begin);
  return (
    <>
      <div class="row row-apart">
        <h2>{t('account.title')}</h2>
        <button type="button" class="button" onClick={signOut}>
          {t('account.signOut')}
        </button>
      </div>
      <Fault text={me.fault} />
      {!me.value && me.fault === undefined && <p class="quiet">{t('account.loading')}</p>}
      {me.value && <ProfileSection me={me.value} />}
      <CreditsSection />
      <LoginsSection />
      <KeysSection />
      <PasswordSection />
    </>
  );
}
