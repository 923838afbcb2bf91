import { useState } from 'preact/hooks';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';
import { Choice } from '../ui/choice.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { TeamView } from './team-view.tsx';
import { useLanguage } from './teams-texts.ts';
import './teams.css';

/** The teams of whoever looks: whose money is used, and one team with its members. */
export function TeamsPage({ section }: { section: string | undefined }) {
  const { account } = useShell();
  const { t } = useLanguage();
  const isSignedIn = account.account.value.name === 'signedIn';
  return (
    <Sheet name="teams" back={t('teams.back')} part={section}>
      <div class="teams-sheet">
        {!isSignedIn && <SignInFirst />}
        {isSignedIn && section === undefined && <OwnTeams />}
        {isSignedIn && section !== undefined && <TeamView key={section} team={section} />}
      </div>
    </Sheet>
  );
}

function SignInFirst() {
  const { t } = useLanguage();
  return (
    <>
      <h2>{t('teams.title')}</h2>
      <p>{t('teams.signInFirst')}</p>
      <p>
        <Link to={{ name: 'app', page: 'sign-in', next: 'teams' }} class="button button-strong">
          {t('teams.signIn')}
        </Link>
      </p>
    </>
  );
}

function OwnTeams() {
  const { t } = useLanguage();
  const list = useReading('teams.list', {});
  const me = useReading('users.me', {});
  // Administrators are shown all teams; those in which they are nothing pay for nothing.
  const teams = recordsOf(list.value, 'teams').filter((team) => team['role'] !== undefined);
  return (
    <>
      <h2>{t('teams.title')}</h2>
      <Fault text={list.fault ?? me.fault} />
      {!list.value && list.fault === undefined && <p class="quiet">{t('teams.loading')}</p>}
      {list.value && teams.length === 0 && <p class="quiet">{t('teams.none')}</p>}
      {teams.length > 0 && (
        <ul class="teams-rows">
          {teams.map((team) => (
            <li key={textOf(team['id'])} class="teams-row">
              <Link to={{ name: 'app', page: 'teams', section: textOf(team['id']) }}>
                {textOf(team['name'])}
              </Link>
              <span class="quiet">{t(team['role'] === 'manager' ? 'role.manager' : 'role.member')}</span>
            </li>
          ))}
        </ul>
      )}
      {teams.length > 0 && me.value && <WhoPays teams={teams} current={textOf(me.value['wallet'])} />}
    </>
  );
}

const OWN = 'own';

/** The default; a wallet that was chosen for a session or a message comes before it. */
function WhoPays({ teams, current }: { teams: readonly Params[]; current: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const isTheirs = teams.some((team) => team['id'] === current);
  const [wallet, setWallet] = useState(isTheirs ? current : OWN);
  const [isSaved, setSaved] = useState(false);
  const save = async (event: Event) => {
    event.preventDefault();
    setSaved(false);
    if (!(await deed.run('users.update', { wallet: wallet === OWN ? null : wallet }))) return;
    setSaved(true);
    speech.say(t('wallet.saved'));
  };
  const options = teams.map((team) => [textOf(team['id']), textOf(team['name'])] as const);
  return (
    <section aria-labelledby="who-pays">
      <h3 id="who-pays">{t('wallet.title')}</h3>
      <p class="quiet">{t('wallet.lead')}</p>
      <form class="teams-line" onSubmit={(event) => void save(event)}>
        <Choice
          label={t('wallet.label')}
          value={wallet}
          options={[[OWN, t('wallet.own')], ...options]}
          change={(chosen) => {
            setSaved(false);
            setWallet(chosen);
          }}
        />
        <button type="submit" class="button button-strong" aria-disabled={deed.isBusy}>
          {t('wallet.save')}
        </button>
        {isSaved && <span class="quiet">{t('wallet.saved')}</span>}
      </form>
      <Fault text={deed.fault} />
    </section>
  );
}
