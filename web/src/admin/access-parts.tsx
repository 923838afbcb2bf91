/** Invitations and API keys. */
import { useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { shortTimeText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';
import { Choice } from '../ui/choice.tsx';
import { useLanguage } from './admin-texts.ts';
import { Facts, OnceLink, Rows } from './parts.tsx';
import { useList } from './use-list.ts';

type Role = 'user' | 'admin';

export function InvitationsPart() {
  const { router, speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const list = useList('invitations.list', 'invitations', {});
  const [uses, setUses] = useState('1');
  const [days, setDays] = useState('7');
  const [role, setRole] = useState<Role>('user');
  const [team, setTeam] = useState('');
  const teams = recordsOf(useReading('teams.list', {}).value, 'teams').map((one) => textOf(one['name']));
  const [made, setMade] = useState<Params | undefined>(undefined);
  const make = async (event: Event) => {
    event.preventDefault();
    const invitation = { uses: Number(uses), days: Number(days), role, ...(team !== '' && { team }) };
    setMade(await deed.run('invitations.create', invitation));
    list.again();
  };
  const withdraw = async (id: string) => {
    if (await deed.run('invitations.withdraw', { invitation: id })) speech.say(t('invite.withdrawn'));
    list.again();
  };
  return (
    <>
      <form class="admin-form" onSubmit={(event) => void make(event)}>
        <div class="admin-pair">
          <Field label={t('invite.uses')} type="number" min={1} value={uses} change={setUses} />
          <Field label={t('invite.days')} type="number" min={1} value={days} change={setDays} />
          <Choice
            label={t('invite.role')}
            value={role}
            options={[
              ['user', t('role.user')],
              ['admin', t('role.admin')],
            ]}
            change={setRole}
          />
          <Choice
            label={t('invite.team')}
            value={team}
            options={[['', t('invite.noTeam')], ...teams.map((one) => [one, one] as const)]}
            change={setTeam}
          />
        </div>
        <Fault text={deed.fault} />
        <button type="submit" class="button button-strong">
          {t('invite.make')}
        </button>
      </form>
      {made && (
        <OnceLink
          lead={t('invite.link')}
          href={new URL(`invite/${encodeURIComponent(textOf(made['token']))}`, router.root).href}
        />
      )}
      <Rows list={list} none="invite.none">
        {list.records?.map((one) => (
          <InvitationRow key={textOf(one['id'])} one={one} withdraw={withdraw} />
        ))}
      </Rows>
    </>
  );
}

function InvitationRow({ one, withdraw }: { one: Params; withdraw: (id: string) => Promise<void> }) {
  const { locale, t } = useLanguage();
  return (
    <li class="admin-row">
      <Facts
        parts={[
          t(one['role'] === 'admin' ? 'role.admin' : 'role.user'),
          textOf(one['team']),
          t('invite.used', { used: numberOf(one['used']), uses: numberOf(one['uses']) }),
          t('invite.until', { until: shortTimeText(locale, textOf(one['expiresAt'])) }),
        ]}
      />
      <button type="button" class="button" onClick={() => void withdraw(textOf(one['id']))}>
        {t('invite.withdraw')}
      </button>
    </li>
  );
}

export function KeysPart() {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const list = useList('admin.keys', 'keys', {});
  const revoke = async (key: string) => {
    if (await deed.run('admin.revokeKey', { key })) speech.say(t('keys.revoked'));
    list.again();
  };
  return (
    <>
      <Fault text={deed.fault} />
      <Rows list={list} none="keys.none">
        {list.records?.map((key) => {
          const used = textOf(key['lastUsedAt']);
          return (
            <li key={textOf(key['id'])} class="admin-row">
              <div>
                <p class="admin-name">{textOf(key['email'])}</p>
                <Facts
                  parts={[
                    textOf(key['name']),
                    `${textOf(key['prefix'])}…`,
                    used === '' ? t('keys.never') : t('keys.used', { at: shortTimeText(locale, used) }),
                  ]}
                />
              </div>
              <button type="button" class="button" onClick={() => void revoke(textOf(key['id']))}>
                {t('keys.revoke')}
              </button>
            </li>
          );
        })}
      </Rows>
    </>
  );
}
