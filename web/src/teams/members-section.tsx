import { useState } from 'preact/hooks';
import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { useShell } from '../ui/shell.ts';
import { useDeed } from '../ui/use-request.ts';
import { Choice } from '../ui/choice.tsx';
import { SureButton } from './parts.tsx';
import { useLanguage, type TeamsTextKey } from './teams-texts.ts';

type Role = 'member' | 'manager';
type Period = 'day' | 'week' | 'month';

interface SectionProps {
  readonly team: string;
  readonly members: readonly Params[];
  readonly changed: () => void;
}

/** For managers. */
export function MembersSection({ team, members, changed }: SectionProps) {
  const { t } = useLanguage();
  return (
    <section aria-labelledby="members">
      <h3 id="members">{t('members.title')}</h3>
      <p class="quiet">{t('members.lead')}</p>
      <ul class="teams-rows">
        {members.map((member) => (
          <Member key={textOf(member['user'])} team={team} member={member} changed={changed} />
        ))}
      </ul>
      <NewMember team={team} changed={changed} />
    </section>
  );
}

interface MemberProps {
  readonly team: string;
  readonly member: Params;
  readonly changed: () => void;
}

function Member({ team, member, changed }: MemberProps) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const budget = isRecord(member['budget']) ? member['budget'] : undefined;
  const [role, setRole] = useState<Role>(member['role'] === 'manager' ? 'manager' : 'member');
  const [credits, setCredits] = useState(budget ? String(numberOf(budget['credits'])) : '');
  const [period, setPeriod] = useState<Period>(periodOf(budget));
  const user = textOf(member['user']);
  const who = textOf(member['email']);
  const save = async (event: Event) => {
    event.preventDefault();
    const limit = credits.trim() === '' ? null : { credits: Number(credits), period };
    if (!(await deed.run('teams.setMember', { team, user, role, budget: limit }))) return;
    speech.say(t('members.saved', { who }));
    changed();
  };
  const remove = async () => {
    if (!(await deed.run('teams.removeMember', { team, user }))) return;
    speech.say(t('members.removed', { who }));
    changed();
  };
  return (
    <li class="teams-member">
      <p class="teams-name">
        {who} <span class="quiet">{textOf(member['name'])}</span>
      </p>
      <form class="teams-line" aria-label={who} onSubmit={(event) => void save(event)}>
        <RoleChoice role={role} change={setRole} />
        <Field label={t('members.credits')} type="number" min={1} value={credits} change={setCredits} />
        <Choice
          label={t('members.period')}
          value={period}
          options={PERIODS.map((one) => [one, t(PERIOD_TEXTS[one])])}
          change={setPeriod}
        />
        <button type="submit" class="button" aria-label={`${t('members.save')}: ${who}`}>
          {t('members.save')}
        </button>
        <SureButton text="members.remove" sure="members.removeSure" about={who} run={() => void remove()} />
      </form>
      <Fault text={deed.fault} />
    </li>
  );
}

const PERIODS = ['day', 'week', 'month'] as const;
const PERIOD_TEXTS: Readonly<Record<Period, TeamsTextKey>> = {
  day: 'members.day',
  week: 'members.week',
  month: 'members.month',
};

function periodOf(budget: Params | undefined): Period {
  return PERIODS.find((one) => one === budget?.['period']) ?? 'month';
}

function RoleChoice({ role, change }: { role: Role; change: (role: Role) => void }) {
  const { t } = useLanguage();
  return (
    <Choice
      label={t('members.role')}
      value={role}
      options={[
        ['member', t('role.member')],
        ['manager', t('role.manager')],
      ]}
      change={change}
    />
  );
}

function NewMember({ team, changed }: Omit<MemberProps, 'member'>) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const [who, setWho] = useState('');
  const [role, setRole] = useState<Role>('member');
  const add = async (event: Event) => {
    event.preventDefault();
    if (!(await deed.run('teams.setMember', { team, user: who.trim(), role }))) return;
    speech.say(t('members.added', { who }));
    setWho('');
    changed();
  };
  return (
    <form class="teams-form" aria-label={t('members.add')} onSubmit={(event) => void add(event)}>
      <h4>{t('members.add')}</h4>
      <div class="teams-line">
        <Field label={t('members.email')} type="email" required value={who} change={setWho} />
        <RoleChoice role={role} change={setRole} />
        <button type="submit" class="button button-strong">
          {t('members.addButton')}
        </button>
      </div>
      <Fault text={deed.fault} />
    </form>
  );
}
