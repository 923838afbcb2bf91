import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { isRecord } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { amountText } from '../ui/i18n.ts';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';
import { InvitationsSection } from './invitations-section.tsx';
import { MembersSection } from './members-section.tsx';
import { SureButton } from './parts.tsx';
import { useLanguage, type TeamsTextKey } from './teams-texts.ts';

/** One team: its wallet, the own budget, and for those who manage it the members and the invitations. */
export function TeamView({ team: id }: { team: string }) {
  const { account } = useShell();
  const { t } = useLanguage();
  const reading = useReading('teams.get', { team: id });
  const team = isRecord(reading.value?.['team']) ? reading.value['team'] : undefined;
  const who = account.account.value;
  const isAdmin = who.name === 'signedIn' && who.user.isAdmin;
  const role = textOf(team?.['role']);
  return (
    <>
      <p>
        <Link to={{ name: 'app', page: 'teams' }}>{t('teams.all')}</Link>
      </p>
      <Fault text={reading.fault} />
      {!team && reading.fault === undefined && <p class="quiet">{t('teams.loading')}</p>}
      {team && (
        <>
          <h2>{textOf(team['name'])}</h2>
          {role !== '' && <p class="quiet">{t(role === 'manager' ? 'role.manager' : 'role.member')}</p>}
          <WalletSection team={team} answer={reading.value ?? {}} />
          {(isAdmin || role === 'manager') && (
            <>
              <MembersSection
                team={id}
                members={recordsOf(reading.value, 'members')}
                changed={reading.again}
              />
              <InvitationsSection team={textOf(team['name'])} />
            </>
          )}
          {role !== '' && <Leave team={id} />}
        </>
      )}
    </>
  );
}

function WalletSection({ team, answer }: { team: Params; answer: Params }) {
  const { locale, t } = useLanguage();
  const { budget } = team;
  const routes = namesOf(team['routes']);
  const personas = namesOf(team['personas']);
  const left = amountText(locale, numberOf(answer['available']));
  return (
    <section aria-labelledby="wallet">
      <h3 id="wallet">{t('team.wallet')}</h3>
      <p class="teams-figure">{t('wallet.left', { amount: left })}</p>
      {team['role'] !== undefined &&
        (isRecord(budget) ? (
          <Budget budget={budget} used={numberOf(answer['used'])} />
        ) : (
          <p>{t('budget.none')}</p>
        ))}
      {routes !== '' && <p>{t('team.pays', { routes })}</p>}
      {personas !== '' && <p>{t('team.personas', { personas })}</p>}
      <p class="quiet teams-account">{t('team.account', { account: textOf(team['account']) })}</p>
    </section>
  );
}

function Budget({ budget, used }: { budget: Params; used: number }) {
  const { locale, t } = useLanguage();
  const credits = numberOf(budget['credits']);
  const period = t(PERIODS[textOf(budget['period'])] ?? 'budget.month');
  const amounts = { used: amountText(locale, used), credits: amountText(locale, credits) };
  const words = t('budget.used', { ...amounts, period });
  return (
    <>
      <p>{words}</p>
      <meter min={0} max={credits} value={used} aria-label={t('budget.title')} />
    </>
  );
}

const PERIODS: Readonly<Record<string, TeamsTextKey>> = {
  day: 'budget.day',
  week: 'budget.week',
  month: 'budget.month',
};

function namesOf(list: unknown): string {
  return Array.isArray(list) ? list.map(textOf).join(', ') : '';
}

function Leave({ team }: { team: string }) {
  const { router, speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const leave = async () => {
    if (!(await deed.run('teams.removeMember', { team }))) return;
    speech.say(t('team.left'));
    router.replace({ name: 'app', page: 'teams' });
  };
  return (
    <div>
      <SureButton text="team.leave" sure="team.leaveSure" run={() => void leave()} />
      <Fault text={deed.fault} />
    </div>
  );
}
