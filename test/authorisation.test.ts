/**
 * Who may do what, for every operation of the table and everybody who can ask; and nobody reaches what is
 * another's, by any id that an operation takes. A new operation, and a new member of an input, has to be
 * placed here before this passes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../shared/define-operation.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { createBatch, keepFile } from './support/batch-files.ts';
import {
  ACCESS,
  EveryKindOfPerson,
  RANK,
  scopeOf,
  TEAM,
  WHO,
  type Who,
} from './support/every-kind-of-person.ts';
import type { RpcClient } from './support/rpc-client.ts';

/** Members of inputs that name something which belongs to somebody. */
const IDS = [
  'batch',
  'conversation',
  'document',
  'exchange',
  'file',
  'folder',
  'index',
  'job',
  'key',
  'login',
  'message',
  'parent',
  's3Key',
  'share',
  'summary',
  'team',
  'trace',
] as const;
type IdName = (typeof IDS)[number];

/** Ids that only administrators may give, whoever owns what they name. */
const ADMIN_IDS = ['account', 'charge', 'invitation', 'user', 'userId'];

/** Members that name nothing which belongs to anybody, or are secrets of whoever asks. */
const PLAIN = (
  'attachments position ' +
  'active amount at before budget bytes client clientJobId clientMessageId completion creditsMax current ' +
  'cursor data device discard deviceToken dimensions email epoch follow force format frequencyPenalty from ' +
  'guestToken id input instructions lastSeq length limit locale maxOutputTokens ' +
  'messages model name operation parallelToolCalls ' +
  'password persona personas pinned presencePenalty prompt query reason reasoning receipt refreshToken ' +
  'requestId responseFormat resumeToken retentionDays role route routes seed seq settings status stop ' +
  'stream style temperature temporary text title to token toolChoice tools topK topP typed url version ' +
  'expiresAt rateMax scopes wallet ' +
  'expires n service signature size days inviteToken uses summarize image ' +
  'action bucket by cost latencyMs meta outcome provider timeZone tokens ts username webhook ' +
  'endpoint metadata purpose ' +
  'callback idToken issuer ticket ' +
  'carriedMax credits period'
).split(' ');

/** Where `key` is the secret by which somebody is known. */
const KEY_IS_SECRET = ['session.authenticate', 'session.hello'];
/** Read by whoever has the link. */
const OPEN_IDS = ['share.read'];
/** A manager names people: for all others the team does not exist. */
const BY_MANAGERS = ['invitations.withdraw', 'teams.setMember', 'teams.removeMember'];
/** What the owner's own list leaves out is passed over, and nothing is said of it. */
const IGNORES_OTHERS: Readonly<Record<string, readonly IdName[]>> = { 'session.hello': ['conversation'] };

const GENERAL = ['invalid_params', 'internal', 'auth_required', 'forbidden'];

let people: EveryKindOfPerson;

before(async () => {
  people = await EveryKindOfPerson.start();
});

after(() => people.end());

async function reasonOf(client: RpcClient, name: string, input: object): Promise<string | undefined> {
  const { error } = await client.response(client.send(name, input));
  return error && String(error.data['reason']);
}

function fieldsOf({ input }: Operation): readonly string[] {
  return Object.keys(z.toJSONSchema(input, { io: 'input' })['properties'] ?? {});
}

test('every member of every input is known to be an id, or to be none', () => {
  const known: readonly string[] = [...IDS, ...ADMIN_IDS, ...PLAIN];
  const unknown = OPERATION_LIST.flatMap((operation) =>
    fieldsOf(operation).flatMap((field) => (known.includes(field) ? [] : [`${operation.name}: ${field}`])),
  );
  assert.deepEqual(unknown, []);
});

for (const operation of OPERATION_LIST) {
  const { name, errors, examples } = operation;
  test(`${name}: each person may do what its access says, and no more`, async () => {
    const wrong: string[] = [];
    for (const who of WHO) {
      using client = await people.connect(who, operation);
      const reason = await reasonOf(client, name, examples[0]?.input ?? {});
      const refusal = refusalOf(who, operation);
      const isRight =
        refusal === undefined
          ? reason === undefined || (errors as readonly string[]).includes(reason) || isOfInput(reason)
          : reason === refusal;
      if (!isRight) wrong.push(`${who}: ${reason ?? 'was done'}`);
    }
    assert.deepEqual(wrong, []);
  });
}

/** Why the table refuses it to them, whatever they ask for. */
function refusalOf(who: Who, { access, scope }: Operation): string | undefined {
  if (RANK[ACCESS[who]] < RANK[access]) return ACCESS[who] === 'user' ? 'forbidden' : 'auth_required';
  const bound = scopeOf(who);
  if (bound === undefined || scope === 'any' || scope === bound) return undefined;
  return scope === 'account' ? 'key_not_enough' : 'key_scope';
}

/** An example's own ids lead to nothing here. */
function isOfInput(reason: string): boolean {
  return GENERAL.slice(0, 1).includes(reason);
}

interface Belongings {
  readonly token: string;
  readonly ids: Readonly<Record<IdName, unknown>>;
}

/** Somebody with one of everything that can be named. */
async function owner(name: string): Promise<Belongings> {
  const { token, id: user } = await people.register(name);
  const team = await people.as(people.adminKey, async (client) => {
    const { id } = await client.call('teams.create', { name: `a-secret-of-${name}` });
    await client.call('teams.setMember', { team: id, user, role: 'manager' });
    return id;
  });
  return people.as(token, async (client) => {
    const folder = await client.call('folders.create', { name: 'mine' });
    const sent = await client.call('chat.send', { text: `a secret of ${name}` });
    const conversation = String(sent['conversation']);
    const { messages } = await client.call('conversations.messages', { conversation });
    const message = (messages as { id: string }[]).at(-1)?.id;
    const { share } = await client.call('conversations.share', { conversation });
    const key = await client.call('keys.create', { name: 'mine' });
    const { logins } = await client.call('auth.logins');
    const { file } = await client.call('files.begin');
    const { id: summary, keys } = await client.call('summaries.create', { text: `a secret of ${name}` });
    const { job } = await client.call('jobs.submit', { prompt: `a secret of ${name}` });
    const kept = await keepFile(client, JSON.stringify({ prompt: `a secret of ${name}` }));
    const { id: batch } = await createBatch(client, kept);
    const { index } = sent['receipt'] as { index: number };
    return {
      token,
      ids: {
        batch,
        conversation,
        document: file,
        summary,
        message,
        parent: message,
        s3Key: (keys as { summary: string }).summary,
        exchange: index,
        file,
        index,
        job: (job as { id: string }).id,
        folder: folder['id'],
        key: key['id'],
        login: (logins as { id: string }[])[0]?.id,
        share: typeof share === 'string' ? share : (share as { id: string }).id,
        team,
        trace: sent['trace'],
      },
    };
  });
}

/** What the owner sees of their own things. */
async function belongings(client: RpcClient): Promise<string> {
  const seen: unknown[] = [];
  for (const name of [
    'conversations.list',
    'folders.list',
    'conversations.shares',
    'keys.list',
    'auth.logins',
    'summaries.list',
    'teams.list',
  ])
    seen.push(await client.call(name));
  return JSON.stringify(seen, (key, value: unknown) => (/usedAt$/i.test(key) ? undefined : value));
}

const REFUSALS = ['not_found', 'account_needed', 'key_not_enough', 'key_scope', 'forbidden'];
/** Those who are no administrators. The team of the manager is another one. */
const OTHERS = WHO.filter((who) => who !== 'visitor' && ACCESS[who] !== 'admin');

test('no id of somebody else leads anywhere, and nothing of theirs changes', async () => {
  const { token, ids } = await owner('owner');
  const before = await people.as(token, belongings);
  const wrong: string[] = [];
  for (const operation of OPERATION_LIST) {
    const { name, access } = operation;
    if (OPEN_IDS.includes(name) || access === 'admin') continue;
    for (const field of IDS.filter((one) => fieldsOf(operation).includes(one))) {
      if (field === 'key' && KEY_IS_SECRET.includes(name)) continue;
      for (const who of OTHERS) {
        if (RANK[ACCESS[who]] < RANK[access]) continue;
        using client = await people.connect(who, operation);
        // It stands in place of another source.
        const example = field === 's3Key' ? {} : (operation.examples[0]?.input as object);
        const input = { ...example, [field]: ids[field] };
        const { error, result } = await client.response(client.send(name, input));
        const reason = error && String(error.data['reason']);
        const isNothing = result !== undefined && !JSON.stringify(result).includes('a secret of owner');
        const isRight = REFUSALS.includes(reason ?? '');
        const mayIgnore = IGNORES_OTHERS[name]?.includes(field) || isHarmless(result);
        if (!isRight && !(isNothing && mayIgnore))
          wrong.push(`${name} {${field}} by ${who}: ${reason ?? 'done'}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.equal(await people.as(token, belongings), before);
});

/** Nothing was erased, changed, or told. */
function isHarmless(result: object | undefined): boolean {
  return result !== undefined && 'erased' in result && result.erased === 0;
}

test('administrators name accounts, settlements and people; nobody else may', async () => {
  const wrong: string[] = [];
  for (const operation of OPERATION_LIST) {
    for (const field of ADMIN_IDS.filter((one) => fieldsOf(operation).includes(one))) {
      if (operation.access === 'admin') continue;
      for (const who of ['guest', 'user', 'member', 'manager', 'key'] as const) {
        using client = await people.connect(who, operation);
        const input = { ...(operation.examples[0]?.input as object), [field]: 'guest:somebody' };
        const reason = await reasonOf(client, operation.name, input);
        const refusal = who === 'guest' ? 'auth_required' : 'not_found';
        const expected = BY_MANAGERS.includes(operation.name) ? refusal : 'forbidden';
        if (reason !== expected) wrong.push(`${operation.name} {${field}} by ${who}: ${reason ?? 'done'}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/** What each may do with the team of `member` and `manager`; `seen`: as much as its members may. */
type Standing = 'stranger' | 'seen' | 'managed';
const STANDING: Readonly<Record<Who, Standing>> = {
  visitor: 'stranger',
  guest: 'stranger',
  inactive: 'stranger',
  user: 'stranger',
  key: 'stranger',
  member: 'seen',
  manager: 'managed',
  'key:chat': 'managed',
  'key:models': 'managed',
  'key:jobs': 'managed',
  'key:usage': 'managed',
  'key:admin': 'managed',
  admin: 'managed',
  operator: 'managed',
};

/** Operations that take a team, by what one has to be to it. */
const OF_MEMBERS = ['teams.get'];
const OF_MANAGERS = [
  'invitations.create',
  'teams.removeMember',
  'teams.setMember',
  'usage.costs',
  'usage.events',
  'usage.overview',
  'usage.performance',
  'usage.timeseries',
];

test('what takes a team is for its members or its managers, and for nobody else', async () => {
  const taking = OPERATION_LIST.filter((operation) => fieldsOf(operation).includes('team'));
  const open = taking.filter(({ access }) => access !== 'admin').map(({ name }) => name);
  assert.deepEqual(open.toSorted(), [...OF_MEMBERS, ...OF_MANAGERS].toSorted());
  const { email: user } = await people.register('spare');
  const wrong: string[] = [];
  for (const operation of taking.filter(({ access }) => access !== 'admin')) {
    for (const who of WHO) {
      await people.asOperator('teams.setMember', { team: TEAM, user });
      using client = await people.connect(who, operation);
      const { user: _, ...example } = (operation.examples[0]?.input ?? {}) as { user?: string };
      const named = fieldsOf(operation).includes('user') && operation.effect === 'write' ? { user } : {};
      const reason = await reasonOf(client, operation.name, { ...example, ...named, team: TEAM });
      const expected = refusalOf(who, operation) ?? ofTeam(who, operation);
      if (reason !== expected)
        wrong.push(`${operation.name} by ${who}: ${reason ?? 'done'}, not ${expected}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** For everybody outside, the team does not exist; a key changes nothing in it. */
function ofTeam(who: Who, { name, effect }: Operation): string | undefined {
  const standing = STANDING[who];
  if (standing === 'stranger') return 'not_found';
  if (standing === 'seen' && OF_MANAGERS.includes(name)) return 'forbidden';
  return scopeOf(who) !== undefined && effect === 'write' ? 'key_not_enough' : undefined;
}

test('whatever takes a wallet takes that of a team from its members alone', async () => {
  const wrong: string[] = [];
  for (const operation of OPERATION_LIST.filter((one) => fieldsOf(one).includes('wallet'))) {
    for (const who of WHO) {
      if (refusalOf(who, operation) !== undefined) continue;
      // Nothing of an account is changed by a key, and the operator has none.
      const needsPerson = operation.scope === 'account';
      const needsAccount = needsPerson || (operation.errors as readonly string[]).includes('account_needed');
      if ((who === 'key' && needsPerson) || (who === 'operator' && needsAccount)) continue;
      using client = await people.connect(who, operation);
      const input = { ...(operation.examples[0]?.input as object), ...(await ownThings(client, operation)) };
      const { error } = await client.response(client.send(operation.name, { ...input, wallet: TEAM }));
      const isMember = STANDING[who] !== 'stranger' && ACCESS[who] === 'user';
      const values = error?.data['values'] as { what?: string } | undefined;
      const isUnknown = error?.data['reason'] === 'not_found' && values?.what === TEAM;
      if (isUnknown === isMember) wrong.push(`${operation.name} by ${who}: ${JSON.stringify(error?.data)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** What an example names belongs to nobody: such a request would be refused for that. */
async function ownThings(client: RpcClient, { name }: Operation): Promise<object> {
  if (name === 'keys.update') return { key: (await client.call('keys.create', { name: 'k' }))['id'] };
  if (name === 'chat.edit' || name === 'chat.regenerate') {
    const { conversation } = await client.call('chat.send', { text: 'hi' });
    const { messages } = await client.call('conversations.messages', { conversation });
    const wanted = name === 'chat.edit' ? 0 : 1;
    return { message: (messages as { id: string }[]).at(wanted)?.id };
  }
  return {};
}
