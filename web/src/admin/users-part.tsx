import { useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { amountText, shortTimeText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { useDeed } from '../ui/use-request.ts';
import { Choice } from '../ui/choice.tsx';
import { useLanguage } from './admin-texts.ts';
import { Facts, OnceLink, Rows } from './parts.tsx';
import { useList, type List } from './use-list.ts';

type Which = 'all' | 'admins' | 'inactive';

const FILTERS: Readonly<Record<Which, object>> = {
  all: {},
  admins: { role: 'admin' },
  inactive: { active: false },
};

/** Users: found, activated, given roles and credits. `read` shows somebody's conversations. */
export function UsersPart({ read }: { read: (user: string) => void }) {
  const { t } = useLanguage();
  const [query, setQuery] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const [open, setOpen] = useState('');
  const words = query.trim();
  const list = useList('users.list', 'users', {
    ...FILTERS[which],
    ...(words === '' ? {} : { query: words }),
  });
  return (
    <>
      <div class="admin-pair">
        <Field label={t('admin.search')} type="search" maxLength={100} value={query} change={setQuery} />
        <Choice
          label={t('admin.who')}
          value={which}
          options={[
            ['all', t('admin.all')],
            ['admins', t('admin.onlyAdmins')],
            ['inactive', t('admin.onlyInactive')],
          ]}
          change={setWhich}
        />
      </div>
      <Rows list={list} none="admin.noUsers">
        {list.records?.map((user) => {
          const id = textOf(user['id']);
          return (
            <li key={id}>
              <UserHead user={user} isOpen={open === id} toggle={() => setOpen(open === id ? '' : id)} />
              {open === id && <UserDeeds user={user} list={list} read={read} />}
            </li>
          );
        })}
      </Rows>
    </>
  );
}

function UserHead({ user, isOpen, toggle }: { user: Params; isOpen: boolean; toggle: () => void }) {
  const { t } = useLanguage();
  const email = textOf(user['email']);
  const parts = [
    textOf(user['name']),
    t(user['role'] === 'admin' ? 'role.admin' : 'role.user'),
    user['active'] === false ? t('user.inactive') : '',
  ];
  return (
    <button type="button" class="admin-head" aria-expanded={isOpen} onClick={toggle}>
      <span class="admin-name">{email}</span>
      <span class="quiet">{parts.filter((part) => part !== '').join(' · ')}</span>
    </button>
  );
}

interface DeedsProps {
  readonly user: Params;
  readonly list: List;
  readonly read: (user: string) => void;
}

function UserDeeds({ user, list, read }: DeedsProps) {
  const { speech, router } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const [link, setLink] = useState<Params | undefined>(undefined);
  const id = textOf(user['id']);
  const who = textOf(user['email']);
  const [isActive, isAdmin] = [user['active'] !== false, user['role'] === 'admin'];
  const take = (changed: Params | undefined) => {
    if (!changed) return;
    list.put(changed);
    speech.say(t('user.changed', { who }));
  };
  const setActive = async () => take(await deed.run('users.setActive', { user: id, active: !isActive }));
  const setRole = async () =>
    take(await deed.run('users.setRole', { user: id, role: isAdmin ? 'user' : 'admin' }));
  const makeLink = async () => setLink(await deed.run('users.resetLink', { user: id }));
  return (
    <div class="admin-deeds">
      <Facts parts={[id, shortTimeText(locale, textOf(user['createdAt']))]} />
      <div class="admin-line">
        <button type="button" class="button" onClick={() => void setActive()}>
          {t(isActive ? 'user.deactivate' : 'user.activate')}
        </button>
        <button type="button" class="button" onClick={() => void setRole()}>
          {t(isAdmin ? 'user.makeUser' : 'user.makeAdmin')}
        </button>
        <button type="button" class="button" onClick={() => void makeLink()}>
          {t('user.link')}
        </button>
        <button type="button" class="button" onClick={() => read(who)}>
          {t('user.read')}
        </button>
      </div>
      <Fault text={deed.fault} />
      {link && (
        <OnceLink
          lead={t('user.linkIs', { who, until: shortTimeText(locale, textOf(link['expiresAt'])) })}
          href={`${router.href({ name: 'app', page: 'reset' })}#${textOf(link['token'])}`}
        />
      )}
      <GiveCredits who={who} />
    </div>
  );
}

function GiveCredits({ who }: { who: string }) {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const [amount, setAmount] = useState('');
  const [done, setDone] = useState('');
  const give = async (event: Event) => {
    event.preventDefault();
    setDone('');
    const granted = await deed.run('credits.grant', { account: who, amount: Number(amount) });
    if (!granted) return;
    const words = t('user.given', { who, balance: amountText(locale, numberOf(granted['balance'])) });
    setAmount('');
    setDone(words);
    speech.say(words);
  };
  return (
    <form class="admin-line admin-give" onSubmit={(event) => void give(event)}>
      <Field label={t('user.credits')} type="number" min={1} value={amount} change={setAmount} />
      <button type="submit" class="button">
        {t('user.give')}
      </button>
      <Fault text={deed.fault} />
      {done !== '' && <p class="quiet">{done}</p>}
    </form>
  );
}
