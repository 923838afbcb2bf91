/** What bounds an API key: scopes, routes, an end, its own budget and its own rate limit. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY_SCOPES, type KeyScope } from '../shared/define-operation.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { systemClock } from '../shared/clock.ts';
import { connectAs, register } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const PRICES = { MODEL_PRICES: '{"*":{"input":0,"output":1}}', RATE_MAX_MESSAGES_USER: '1000' };

let server: Awaited<ReturnType<typeof startTestServer>>;

before(async () => {
  server = await startTestServer({ providers: providersOf(new EchoProvider()), environment: PRICES });
});

after(() => server.drain());

/** Somebody, and a program with a key that is bound so. */
async function programOf(bounds: object, where = server) {
  const client = await connectAs(where, await register(where));
  const { key, id } = await client.call('keys.create', { name: 'program', ...bounds });
  const program = await connectAs(where, { accessToken: String(key) });
  return { client, program, id: String(id), key: String(key) };
}

interface Refusal {
  readonly reason: string;
  readonly scope: unknown;
}

async function refusalOf(client: RpcClient, name: string, input: object): Promise<Refusal | undefined> {
  const { error } = await client.response(client.send(name, input));
  const values = error?.data['values'] as { scope?: unknown } | undefined;
  return error && { reason: String(error.data['reason']), scope: values?.scope };
}

for (const scope of KEY_SCOPES) {
  test(`a key with the scope ${scope} does what the table says, and nothing else`, async () => {
    const wrong: string[] = [];
    for (const operation of OPERATION_LIST) {
      const { name, access } = operation;
      // What only administrators may do is refused to this user first.
      if (access === 'admin') continue;
      const { client, program } = await programOf({ scopes: [scope] });
      const refusal = await refusalOf(program, name, operation.examples[0]?.input ?? {});
      if (!isRight(operation.scope, scope, refusal)) wrong.push(`${name}: ${refusal?.reason ?? 'was done'}`);
      client.reset();
      program.reset();
    }
    assert.deepEqual(wrong, []);
  });
}

function isRight(
  needed: (typeof OPERATION_LIST)[number]['scope'],
  scope: KeyScope,
  refusal: Refusal | undefined,
): boolean {
  if (needed === 'account') return refusal?.reason === 'key_not_enough';
  if (needed === 'any' || needed === scope) return refusal?.reason !== 'key_scope';
  return refusal?.reason === 'key_scope' && refusal.scope === needed;
}

test('each scope covers something, so that none is an empty word', () => {
  for (const scope of KEY_SCOPES) assert.ok(OPERATION_LIST.some((operation) => operation.scope === scope));
});

test('a change of its policy is in force at once on an open connection', async () => {
  const { client, program, id } = await programOf({});
  using _client = client;
  using _program = program;
  await program.call('chat.send', { text: 'hello' });
  const changed = await client.call('keys.update', { key: id, scopes: ['models'], rateMax: 3 });
  assert.deepEqual([changed['scopes'], changed['rateMax']], [['models'], 3]);
  assert.equal(await program.failure('chat.send', { text: 'hello' }), 'key_scope');
  await client.call('keys.update', { key: id, scopes: null, routes: ['other-model'] });
  assert.equal((await program.call('chat.send', { text: 'hello' }))['model'], 'other-model');
  assert.equal(await program.failure('chat.send', { text: 'x', model: 'test-model' }), 'not_found');
  assert.equal(await client.failure('keys.update', { key: id, routes: ['nothing'] }), 'not_found');
  assert.equal(await client.failure('keys.update', { key: 'nothing', rateMax: 1 }), 'not_found');
  assert.equal(await program.failure('keys.update', { key: id, routes: null }), 'key_not_enough');
});

test('a key has a rate limit of its own, beside that of its user', async () => {
  const { client, program } = await programOf({ rateMax: 2 });
  using _client = client;
  using _program = program;
  for (let count = 0; count < 2; count += 1) await program.call('chat.send', { text: 'hello' });
  assert.equal(await program.failure('chat.send', { text: 'hello' }), 'rate_limited');
  await client.call('chat.send', { text: 'by the person' });
});

test('a key has a budget of its own, and what it has spent shows separately', async () => {
  const { client, program, id } = await programOf({ budget: { credits: 20, period: 'day' } });
  using _client = client;
  using _program = program;
  const outcomes: (string | undefined)[] = [];
  for (let count = 0; count < 4; count += 1) {
    outcomes.push((await refusalOf(program, 'chat.send', { text: 'hi' }))?.reason);
  }
  // Each costs 3, and needs 16 to begin.
  assert.deepEqual(outcomes, [undefined, undefined, 'key_budget_used', 'key_budget_used']);
  await client.call('chat.send', { text: 'by the person' });
  const [listed] = (await client.call('keys.list'))['keys'] as Record<string, unknown>[];
  assert.deepEqual(listed?.['spent'], { inPeriod: 6, inAll: 6 });
  await client.call('keys.update', { key: id, budget: null });
  assert.equal(await refusalOf(program, 'chat.send', { text: 'hi' }), undefined);
});

test('when its time is over it is worth nothing, also on a connection that is open', async () => {
  let passedMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + passedMs };
  await using other = await startTestServer({ providers: providersOf(new EchoProvider()), clock });
  const expiresAt = new Date(clock.now() + 60_000).toISOString();
  const { client, program, key } = await programOf({ expiresAt }, other);
  using _client = client;
  using _program = program;
  await program.call('users.me');
  passedMs = 60_000;
  assert.equal(await program.failure('users.me'), 'auth_expired');
  assert.equal(await client.failure('session.authenticate', { key }), 'auth_failed');
});

test('an answer that runs by a key ends when its route is withdrawn, or the key is revoked', async () => {
  const scripted = new ScriptedProvider();
  await using other = await startTestServer({ providers: providersOf(scripted) });
  const { client, program, id } = await programOf({}, other);
  using _client = client;
  using _program = program;
  const first = program.send('chat.send', { text: 'wait' });
  await scripted.next();
  await client.call('keys.update', { key: id, routes: ['other-model'] });
  assert.equal((await program.response(first)).error?.data['reason'], 'route_withdrawn');
  await client.call('keys.update', { key: id, routes: null });
  const second = program.send('chat.send', { text: 'wait' });
  await scripted.next();
  await client.call('keys.revoke', { key: id });
  assert.ok((await program.response(second)).error);
});
