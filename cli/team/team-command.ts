/** `hilo team`: teams, their members, budgets and wallets; as the operator, or with a key. */
import { parseArgs } from 'node:util';
import type { Client, GivenInput } from '../../shared/client/client.ts';
import type { Operation } from '../../shared/define-operation.ts';
import { OPERATIONS } from '../../shared/operations/index.ts';
import { Period } from '../../shared/operations/team-shapes.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { TEAM_TEXTS } from './team-texts.ts';

/** `team COMMAND [WORD …] [--json]`; without a key it acts as the operator of the server. */
export const teamCommand = serverCommand({
  usage: (locale) => TEAM_TEXTS[locale].usage,
  askedBy,
  isForOperator: true,
  run: (asked, { client, io }) => show(asked, client, io),
});

type TeamOperation =
  | 'credits.grant'
  | 'teams.create'
  | 'teams.delete'
  | 'teams.get'
  | 'teams.list'
  | 'teams.removeMember'
  | 'teams.setMember'
  | 'teams.update';

/** One operation with its input. */
type Request = {
  readonly [Name in TeamOperation]: { readonly name: Name; readonly input: GivenInput<Name> };
}[TeamOperation];

/** Undefined for words that the command does not take; they are checked by the server. */
type Form = (words: readonly string[]) => Request | undefined;

const FORMS: Readonly<Record<string, Form>> = {
  list: (words) => (words.length === 0 ? { name: 'teams.list', input: {} } : undefined),
  create: ([name, ...more]) => only(more, name && { name: 'teams.create', input: { name } }),
  rename: ([team, name, ...more]) =>
    only(more, team && name && { name: 'teams.update', input: { team, name } }),
  delete: ([team, ...more]) => only(more, team && { name: 'teams.delete', input: { team } }),
  members: ([team, ...more]) => only(more, team && { name: 'teams.get', input: { team } }),
  add: ([team, user, role = 'member', ...more]) => only(more, setRole(team, user, role)),
  role: ([team, user, role, ...more]) => only(more, setRole(team, user, role)),
  remove: ([team, user, ...more]) =>
    only(more, team && user && { name: 'teams.removeMember', input: { team, user } }),
  budget: ([team, user, ...limit]) => setBudget(team, user, limit),
  wallet: ([team, amount, ...more]) => only(more, wallet(team, amount)),
};

function only(more: readonly string[], request: Request | '' | undefined): Request | undefined {
  return more.length === 0 && request ? request : undefined;
}

function setRole(team = '', user = '', role = ''): Request | undefined {
  if (team === '' || user === '' || (role !== 'member' && role !== 'manager')) return undefined;
  return { name: 'teams.setMember', input: { team, user, role } };
}

/** `none`, or `CREDITS PERIOD`. */
function setBudget(team = '', user = '', limit: readonly string[] = []): Request | undefined {
  const [credits = '', word, ...more] = limit;
  if (team === '' || user === '' || more.length > 0) return undefined;
  if (credits === 'none' && word === undefined) {
    return { name: 'teams.setMember', input: { team, user, budget: null } };
  }
  const period = Period.safeParse(word);
  if (!period.success || !isAmount(credits)) return undefined;
  const budget = { credits: Number(credits), period: period.data };
  return { name: 'teams.setMember', input: { team, user, budget } };
}

/** Shows it; with an amount, gives it so many credits. Its account is known once the team is. */
function wallet(team = '', amount?: string): Request | undefined {
  if (team === '') return undefined;
  if (amount === undefined) return { name: 'teams.get', input: { team } };
  if (!isAmount(amount)) return undefined;
  return { name: 'credits.grant', input: { account: team, amount: Number(amount) } };
}

function isAmount(word: string): boolean {
  return /^[1-9]\d{0,14}$/.test(word);
}

function askedBy(args: readonly string[]) {
  const options = { json: { type: 'boolean', default: false }, ...SERVER_OPTIONS } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [word = '', ...words] = positionals;
  const request = Object.hasOwn(FORMS, word) ? FORMS[word]?.(words) : undefined;
  return request && { ...values, request };
}

type Asked = NonNullable<ReturnType<typeof askedBy>>;

async function show({ request, json }: Asked, client: Client, io: CommandIo): Promise<void> {
  const { name, input } = await addressed(request, client);
  const answer = await client.call(name, input);
  const { text }: Operation = OPERATIONS[name];
  const shown = json ? JSON.stringify(answer, undefined, 2) : text?.render(answer, cliLocale(io.env));
  io.stdout.write(`${shown}\n`);
}

/** People name the team; a grant needs the account. */
async function addressed(request: Request, client: Client): Promise<Request> {
  if (request.name !== 'credits.grant') return request;
  const { team } = await client.call('teams.get', { team: request.input.account });
  return { ...request, input: { ...request.input, account: team.account } };
}
