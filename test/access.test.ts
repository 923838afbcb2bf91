/** Who may do what: every operation, by a guest and by the operator, and nobody reaches what is another's. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { systemClock } from '../shared/clock.ts';
import type { Operation } from '../shared/define-operation.ts';
import { OPERATION_LIST, type OperationName } from '../shared/operations/index.ts';
import { createHandlers, type Services } from '../server/operations/handlers/index.ts';
import { operationFaults } from './support/operation-faults.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** Written by hand, so that nobody opens an operation by accident. */
const ACCESS: Readonly<Record<OperationName, Operation['access']>> = {
  'operations.list': 'public',
  'operations.check': 'public',
  'chat.send': 'anonymous',
  'chat.edit': 'anonymous',
  'chat.regenerate': 'anonymous',
  'chat.branch': 'anonymous',
  'chat.cancel': 'anonymous',
  'chat.erase': 'anonymous',
  'chat.history': 'anonymous',
  'chat.new': 'anonymous',
  'conversations.open': 'anonymous',
  'conversations.get': 'anonymous',
  'conversations.messages': 'anonymous',
  'conversations.list': 'anonymous',
  'conversations.create': 'anonymous',
  'conversations.update': 'anonymous',
  'conversations.delete': 'anonymous',
  'conversations.search': 'anonymous',
  'conversations.export': 'anonymous',
  'conversations.import': 'anonymous',
  'conversations.share': 'anonymous',
  'conversations.shares': 'anonymous',
  'conversations.unshare': 'anonymous',
  'share.read': 'public',
  'conversations.adopt': 'user',
  'conversations.adoptable': 'user',
  'conversations.eraseAll': 'anonymous',
  'users.export': 'anonymous',
  'files.begin': 'anonymous',
  'files.append': 'anonymous',
  'files.end': 'anonymous',
  'folders.list': 'anonymous',
  'folders.create': 'anonymous',
  'folders.update': 'anonymous',
  'folders.delete': 'anonymous',
  'personas.list': 'anonymous',
  'models.list': 'anonymous',
  'completions.create': 'anonymous',
  'summaries.create': 'anonymous',
  'summaries.list': 'anonymous',
  'summaries.get': 'anonymous',
  'summaries.delete': 'anonymous',
  'completions.countTokens': 'anonymous',
  'embeddings.create': 'anonymous',
  'images.generate': 'anonymous',
  'images.get': 'anonymous',
  'images.list': 'anonymous',
  'images.delete': 'anonymous',
  'artifacts.read': 'public',
  'attachments.read': 'anonymous',
  'jobs.submit': 'anonymous',
  'jobs.list': 'anonymous',
  'jobs.get': 'anonymous',
  'jobs.cancel': 'anonymous',
  'jobs.history': 'anonymous',
  'jobs.erase': 'anonymous',
  'jobs.follow': 'anonymous',
  'files.delete': 'user',
  'files.get': 'user',
  'files.keep': 'user',
  'files.list': 'user',
  'files.read': 'user',
  'batches.cancel': 'user',
  'batches.create': 'user',
  'batches.erase': 'user',
  'batches.get': 'user',
  'batches.list': 'user',
  'webhooks.list': 'user',
  'webhooks.rotate': 'user',
  'session.model': 'anonymous',
  'session.locale': 'public',
  'session.whoami': 'anonymous',
  'session.hello': 'public',
  'session.resume': 'public',
  'session.ack': 'public',
  'session.authenticate': 'public',
  'auth.register': 'public',
  'auth.login': 'public',
  'auth.refresh': 'public',
  'auth.logout': 'public',
  'auth.logins': 'user',
  'auth.revoke': 'user',
  'auth.password': 'user',
  'auth.jwks': 'public',
  'users.me': 'user',
  'users.update': 'user',
  'auth.reset': 'public',
  'users.erase': 'user',
  'users.list': 'admin',
  'users.get': 'admin',
  'signOn.issuers': 'public',
  'signOn.begin': 'public',
  'signOn.finish': 'public',
  'signOn.end': 'public',
  'invitations.create': 'user',
  'invitations.list': 'user',
  'invitations.read': 'public',
  'invitations.withdraw': 'user',
  'usage.overview': 'anonymous',
  'usage.timeseries': 'anonymous',
  'usage.performance': 'anonymous',
  'usage.costs': 'anonymous',
  'usage.events': 'anonymous',
  'usage.record': 'admin',
  'admin.conversations': 'admin',
  'admin.messages': 'admin',
  'admin.keys': 'admin',
  'admin.revokeKey': 'admin',
  'admin.live': 'admin',
  'admin.routes': 'admin',
  'admin.ledger': 'admin',
  'admin.audit': 'admin',
  'users.create': 'admin',
  'users.setActive': 'admin',
  'users.setRole': 'admin',
  'users.resetLink': 'admin',
  'keys.list': 'user',
  'keys.create': 'user',
  'keys.revoke': 'user',
  'keys.update': 'user',
  'server.budget': 'admin',
  'session.wallet': 'anonymous',
  'teams.create': 'admin',
  'teams.delete': 'admin',
  'teams.get': 'user',
  'teams.list': 'user',
  'teams.removeMember': 'user',
  'teams.setMember': 'user',
  'teams.update': 'admin',
  'credits.balance': 'anonymous',
  'credits.statement': 'anonymous',
  'credits.grant': 'admin',
  'allowances.set': 'admin',
  'allowances.list': 'admin',
  'allowances.remove': 'admin',
  'credits.refund': 'admin',
  'ledger.receipt': 'anonymous',
  'ledger.checkpoint': 'anonymous',
  'ledger.consistency': 'anonymous',
  'ledger.erase': 'anonymous',
  'server.stats': 'anonymous',
  'server.ping': 'public',
  'server.entry': 'public',
};

/** Its handlers are looked at, not called. */
const HANDLERS = createHandlers({ clock: systemClock } as Services) as unknown as Readonly<
  Record<string, unknown>
>;

let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-access-'));
  server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { DATA_DIR: dataDir, MODEL_PRICES: '{"*":{"input":1,"output":1}}' },
  });
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

async function operator(): Promise<RpcClient> {
  const client = await RpcClient.open(server.port);
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  return client;
}

/** Undefined when it succeeded. */
async function reasonOf(client: RpcClient, name: string, input: object): Promise<string | undefined> {
  const { error } = await client.response(client.send(name, input));
  return error && String(error.data['reason']);
}

/** Guests may use it. */
function isOpen(access: Operation['access']): boolean {
  return access === 'public' || access === 'anonymous';
}

/** Of what it accepts as input. */
function fieldsOf({ input }: Operation): readonly string[] {
  return Object.keys(z.toJSONSchema(input, { io: 'input' })['properties'] ?? {});
}

test('every operation has a handler, an example and an access test', () => {
  const parts = { operations: OPERATION_LIST, handlers: HANDLERS, access: ACCESS };
  assert.deepEqual(operationFaults(parts), []);
});

test('an operation without one of them is found', () => {
  const made = { name: 'made.up', access: 'admin', examples: [{ input: {}, output: {} }] } as const;
  const whole = {
    operations: [made],
    handlers: { 'made.up': () => ({}) },
    access: { 'made.up': 'admin' },
  } as const;
  assert.deepEqual(operationFaults(whole), []);
  assert.deepEqual(operationFaults({ ...whole, handlers: {} }), ['made.up: no handler']);
  assert.deepEqual(operationFaults({ ...whole, operations: [{ ...made, examples: [] }] }), [
    'made.up: no example',
  ]);
  assert.deepEqual(operationFaults({ ...whole, access: {} }), ['made.up: no access test']);
  assert.deepEqual(operationFaults({ ...whole, access: { 'made.up': 'anonymous' } }), [
    'made.up: its access is admin, not anonymous',
  ]);
  assert.deepEqual(operationFaults({ ...whole, operations: [] }), [
    'made.up: no such operation',
    'made.up: no such operation',
  ]);
});

for (const operation of OPERATION_LIST) {
  const { name, access, examples, errors } = operation;
  for (const who of ['guest', 'operator'] as const) {
    const isAllowed = who === 'operator' || isOpen(access);
    test(`${name} by the ${who}: ${isAllowed ? 'it is run' : 'auth_required'}`, async () => {
      for (const { input } of examples) {
        using client = who === 'operator' ? await operator() : await RpcClient.open(server.port);
        const reason = await reasonOf(client, name, input as object);
        if (!isAllowed) {
          assert.equal(reason, 'auth_required');
          continue;
        }
        // A refusal for who it is would mean that it was not run, whatever the operation lists as its errors.
        assert.ok(reason !== 'forbidden' && reason !== 'auth_required', String(reason));
        assert.ok(reason === undefined || errors.some((key) => key === reason), String(reason));
      }
    });
  }

  test(`${name} with an unknown field: whether it may be used comes first`, async () => {
    using client = await RpcClient.open(server.port);
    const reason = await reasonOf(client, name, { noSuchField: 1 });
    assert.equal(reason, isOpen(access) ? 'invalid_params' : 'auth_required');
  });
}

/** A guest that has said something. */
async function someone() {
  const client = await RpcClient.open(server.port);
  const { guestToken } = await client.call('session.hello', { client: 'test', version: '1' });
  const { conversation, receipt } = await client.call('chat.send', { text: 'a secret' });
  const { account } = await client.call('credits.balance');
  return { client, guestToken, conversation, account, index: (receipt as { index: number }).index };
}

for (const operation of OPERATION_LIST.filter((each) => fieldsOf(each).includes('account'))) {
  const { name, examples } = operation;
  test(`${name} with the account of another guest: refused, and looks as if it did not exist`, async () => {
    const theirs = await someone();
    using _theirs = theirs.client;
    using stranger = await RpcClient.open(server.port);
    for (const { input } of examples) {
      const wanted = { ...(input as object), account: theirs.account };
      const nobody = { ...wanted, account: 'guest:01890a5d-ac96-774b-bcce-b302099a8057' };
      const reason = await reasonOf(stranger, name, wanted);
      assert.ok(reason === 'forbidden' || reason === 'auth_required', String(reason));
      assert.equal(await reasonOf(stranger, name, nobody), reason);
      const { account } = await stranger.call('credits.balance');
      if (isOpen(operation.access) && name !== 'ledger.erase') {
        assert.equal(await reasonOf(stranger, name, { ...wanted, account }), undefined, 'its own');
      }
    }
  });
}

test('a receipt, a text and a message of another guest are not found', async () => {
  const theirs = await someone();
  using own = theirs.client;
  using stranger = (await someone()).client;
  for (const index of [theirs.index, theirs.index - 1]) {
    assert.equal(await reasonOf(stranger, 'ledger.receipt', { index }), 'not_found');
    assert.equal(await reasonOf(stranger, 'ledger.erase', { exchange: index }), 'not_found');
  }
  assert.equal(await reasonOf(stranger, 'ledger.receipt', { index: 1_000_000 }), 'not_found');
  assert.equal(await reasonOf(stranger, 'chat.cancel', { requestId: 2 }), 'not_found');
  assert.equal(await reasonOf(own, 'ledger.receipt', { index: theirs.index }), undefined);
  assert.deepEqual(
    ((await own.call('chat.history'))['turns'] as { user: string }[]).map(({ user }) => user),
    ['a secret'],
  );
  using key = await operator();
  assert.equal(await reasonOf(key, 'ledger.receipt', { index: theirs.index }), undefined);
  assert.equal(await reasonOf(key, 'credits.balance', { account: theirs.account }), undefined);
  assert.equal(await reasonOf(key, 'credits.statement', { account: theirs.account }), undefined);
});

test('a conversation of another guest is neither opened, nor read, nor written', async () => {
  const theirs = await someone();
  using own = theirs.client;
  using stranger = await RpcClient.open(server.port);
  const { conversation } = theirs;
  const greeting = await stranger.call('session.hello', { client: 'test', version: '1', conversation });
  assert.equal(greeting['conversation'], undefined);
  assert.deepEqual((await stranger.call('chat.history'))['turns'], []);
  assert.notEqual((await stranger.call('chat.send', { text: 'mine' }))['conversation'], conversation);
  assert.equal(((await own.call('chat.history'))['turns'] as unknown[]).length, 1);
  assert.equal(await reasonOf(stranger, 'ledger.erase', { exchange: 'all' }), undefined);
  assert.equal(((await own.call('chat.history'))['turns'] as unknown[]).length, 1);
});
