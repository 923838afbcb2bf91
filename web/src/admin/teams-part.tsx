/** Teams: who has which wallet. Their members are on the page of each team. */
import { useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { amountText } from '../ui/i18n.ts';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';
import { useLanguage } from './admin-texts.ts';

export function TeamsPart() {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const list = useReading('teams.list', {});
  const [name, setName] = useState('');
  const teams = recordsOf(list.value, 'teams');
  const make = async (event: Event) => {
    event.preventDefault();
    if (!(await deed.run('teams.create', { name: name.trim() }))) return;
    speech.say(t('teams.made', { name: name.trim() }));
    setName('');
    list.again();
  };
  return (
    <>
      <form class="admin-form" onSubmit={(event) => void make(event)}>
        <Field
          label={t('teams.name')}
          hint={t('teams.nameHint')}
          required
          maxLength={60}
          value={name}
          change={setName}
        />
        <Fault text={deed.fault ?? list.fault} />
        <button type="submit" class="button button-strong">
          {t('teams.make')}
        </button>
      </form>
      {!list.value && list.fault === undefined && <p class="quiet">{t('admin.loading')}</p>}
      {list.value && teams.length === 0 && <p class="quiet">{t('teams.none')}</p>}
      {teams.length > 0 && (
        <ul class="admin-rows">
          {teams.map((team) => (
            <TeamRow key={textOf(team['id'])} team={team} changed={list.again} />
          ))}
        </ul>
      )}
    </>
  );
}

function TeamRow({ team, changed }: { team: Params; changed: () => void }) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const name = textOf(team['name']);
  return (
    <li class="admin-form">
      <div class="admin-row">
        <button
          type="button"
          class="button button-plain"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {name}
        </button>
        <Link to={{ name: 'app', page: 'teams', section: textOf(team['id']) }}>
          {t('teams.members', { name })}
        </Link>
      </div>
      {isOpen && <TeamForms team={team} changed={changed} />}
    </li>
  );
}

function TeamForms({ team, changed }: { team: Params; changed: () => void }) {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const id = textOf(team['id']);
  const old = textOf(team['name']);
  const account = textOf(team['account']);
  const [name, setName] = useState(old);
  const [amount, setAmount] = useState('');
  const [told, setTold] = useState('');
  const rename = async (event: Event) => {
    event.preventDefault();
    if (!(await deed.run('teams.update', { team: id, name: name.trim() }))) return;
    speech.say(t('teams.renamed', { name: name.trim() }));
    changed();
  };
  const give = async (event: Event) => {
    event.preventDefault();
    const given = await deed.run('credits.grant', { account, amount: Number(amount) });
    if (!given) return;
    const words = t('teams.given', { name: old, balance: amountText(locale, numberOf(given['balance'])) });
    setTold(words);
    speech.say(words);
    setAmount('');
  };
  return (
    <>
      <p class="admin-facts">{account}</p>
      <form class="admin-line admin-give" onSubmit={(event) => void rename(event)}>
        <Field label={t('teams.newName')} required value={name} change={setName} />
        <button type="submit" class="button">
          {t('teams.rename')}
        </button>
      </form>
      <form class="admin-line admin-give" onSubmit={(event) => void give(event)}>
        <Field label={t('teams.credits')} type="number" min={1} required value={amount} change={setAmount} />
        <button type="submit" class="button">
          {t('user.give')}
        </button>
      </form>
      {told !== '' && <p>{told}</p>}
      <Deletion team={id} name={old} changed={changed} />
      <Fault text={deed.fault} />
    </>
  );
}

/** It is asked for twice; to leave the button is to think better of it. */
function Deletion({ team, name, changed }: { team: string; name: string; changed: () => void }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const [isAsked, setAsked] = useState(false);
  const click = async () => {
    if (!isAsked) return setAsked(true);
    if (!(await deed.run('teams.delete', { team }))) return;
    speech.say(t('teams.deleted', { name }));
    changed();
  };
  return (
    <div class="admin-line">
      <button type="button" class="button" onBlur={() => setAsked(false)} onClick={() => void click()}>
        {t(isAsked ? 'teams.deleteSure' : 'teams.delete')}
      </button>
      {isAsked && <span class="quiet">{t('teams.deleteHint')}</span>}
      <Fault text={deed.fault} />
    </div>
  );
}
