/**
 * Who may do what, for every operation of the table and everybody who can ask; and nobody reaches what is
 * another's, by any id that an operation takes. A new operation, and a new member of an input, has to be
 * placed here before this passes.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../shared/define-operation.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { createBatch, keepFile } from './support/batch-files.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const PASSWORD = 'nobody else says this';

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
  'callback idToken issuer ticket'
).split(' ');

/** Where `key` is the secret by which somebody is known. */
const KEY_IS_SECRET = ['session.authenticate', 'session.hello'];
/** Read by whoever has the link. */
const OPEN_IDS = ['share.read'];
/** A manager names people: for all others the team does not exist. */
const BY_MANAGERS = ['teams.setMember', 'teams.removeMember'];
/** What the owner's own list leaves out is passed over, and nothing is said of it. */
const IGNORES_OTHERS: Readonly<Record<string, readonly IdName[]>> = { 'session.hello': ['conversation'] };

const WHO = ['visitor', 'guest', 'user', 'key', 'inactive', 'admin', 'operator'] as const;
type Who = (typeof WHO)[number];

const RANK = { public: 0, anonymous: 1, user: 2, admin: 3 } as const;
/** An inactive user's session is a guest's: the token is refused. */
const ACCESS: Readonly<Record<Who, Operation['access']>> = {
  visitor: 'public',
  guest: 'anonymous',
  inactive: 'anonymous',
  user: 'user',
  key: 'user',
  admin: 'admin',
  operator: 'admin',
};
const GENERAL = ['invalid_params', 'internal', 'auth_required', 'forbidden'];

type Server = Awaited<ReturnType<typeof startTestServer>>;
let open: Server;
let closed: Server;
let dataDir: string;
let adminKey: string;
const keys: Partial<Record<Who, string>> = {};

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-authorisation-'));
  const providers = providersOf(new EchoProvider());
  const prices = { MODEL_PRICES: '{"*":{"input":1,"output":1}}' };
  const limits = { RATE_MAX_MESSAGES: '10000', RATE_MAX_MESSAGES_USER: '10000' };
  open = await startTestServer({ providers, environment: { DATA_DIR: dataDir, ...prices, ...limits } });
  closed = await startTestServer({ providers, environment: { ALLOW_ANONYMOUS: 'false' } });
  adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  const user = await register('user');
  keys.user = user.token;
  keys.key = String((await as(user.token, (client) => client.call('keys.create', { name: 'k' })))['key']);
  const admin = await register('admin');
  await as(adminKey, (client) => client.call('users.setRole', { user: admin.id, role: 'admin' }));
  keys.admin = (await logIn('admin')).token;
  await register('user-auth');
  const second = await register('admin-auth');
  await as(adminKey, (client) => client.call('users.setRole', { user: second.id, role: 'admin' }));
  const inactive = await register('inactive');
  await as(adminKey, (client) => client.call('users.setActive', { user: inactive.id, active: false }));
  keys.inactive = inactive.token;
});

after(async () => {
  await open.drain();
  await closed.drain();
  await rm(dataDir, { recursive: true });
});

async function register(name: string): Promise<{ id: string; token: string }> {
  using client = await RpcClient.open(open.port);
  const result = await client.call('auth.register', { email: `${name}@hilo.test`, password: PASSWORD });
  return { id: (result['user'] as { id: string }).id, token: String(result['accessToken']) };
}

async function logIn(name: string): Promise<{ token: string }> {
  using client = await RpcClient.open(open.port);
  const result = await client.call('auth.login', { email: `${name}@hilo.test`, password: PASSWORD });
  return { token: String(result['accessToken']) };
}

async function as<T>(key: string | undefined, run: (client: RpcClient) => Promise<T>): Promise<T> {
  using client = await RpcClient.open(open.port);
  if (key !== undefined) await client.response(client.send('session.authenticate', { key }));
  return await run(client);
}

/** A connection of theirs; with a login of its own, and of another person, where an operation ends some. */
async function connect(who: Who, operation: Operation): Promise<RpcClient> {
  if (who === 'visitor') return RpcClient.open(closed.port);
  const isOwnLogin = operation.name.startsWith('auth.') && (who === 'user' || who === 'admin');
  const key = who === 'operator' ? adminKey : isOwnLogin ? (await logIn(`${who}-auth`)).token : keys[who];
  const client = await RpcClient.open(open.port);
  if (key !== undefined) await client.response(client.send('session.authenticate', { key }));
  return client;
}

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
  const { name, access, errors, examples } = operation;
  test(`${name}: each person may do what its access says, and no more`, async () => {
    const wrong: string[] = [];
    for (const who of WHO) {
      using client = await connect(who, operation);
      const reason = await reasonOf(client, name, examples[0]?.input ?? {});
      const isAllowed = RANK[ACCESS[who]] >= RANK[access];
      const refusal = ACCESS[who] === 'user' ? 'forbidden' : 'auth_required';
      const isRight = isAllowed
        ? reason === undefined || (errors as readonly string[]).includes(reason) || isOfInput(reason)
        : reason === refusal;
      if (!isRight) wrong.push(`${who}: ${reason ?? 'was done'}`);
    }
    assert.deepEqual(wrong, []);
  });
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
  const { token, id: user } = await register(name);
  const team = await as(adminKey, async (client) => {
    const { id } = await client.call('teams.create', { name: `a-secret-of-${name}` });
    await client.call('teams.setMember', { team: id, user, role: 'manager' });
    return id;
  });
  return as(token, async (client) => {
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

const REFUSALS = ['not_found', 'account_needed', 'key_not_enough', 'forbidden'];
const OTHERS: readonly Who[] = ['guest', 'user', 'key', 'inactive'];

test('no id of somebody else leads anywhere, and nothing of theirs changes', async () => {
  const { token, ids } = await owner('owner');
  const before = await as(token, belongings);
  const wrong: string[] = [];
  for (const operation of OPERATION_LIST) {
    const { name, access } = operation;
    if (OPEN_IDS.includes(name) || access === 'admin') continue;
    for (const field of IDS.filter((one) => fieldsOf(operation).includes(one))) {
      if (field === 'key' && KEY_IS_SECRET.includes(name)) continue;
      for (const who of OTHERS) {
        if (RANK[ACCESS[who]] < RANK[access]) continue;
        using client = await connect(who, operation);
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
  assert.equal(await as(token, belongings), before);
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
      for (const who of ['guest', 'user', 'key'] as const) {
        using client = await connect(who, operation);
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
