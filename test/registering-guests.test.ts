/** A guest who registers keeps everything, and nobody else is that guest any more. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LineClient } from './support/line-client.ts';
import { connectAs, PASSWORD, personOf, register, type Person } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { ScriptedProvider, EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

/** A new user gets nothing that would hide what a guest had. */
const PRICES = { MODEL_PRICES: '{"*":{"input":1,"output":1}}', SIGNUP_CREDITS: '0' };

let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-registering-'));
});

after(() => rm(dataDir, { recursive: true }));

function start(options: TestServerOptions = {}) {
  return startTestServer({ providers: providersOf(new EchoProvider()), environment: PRICES, ...options });
}

async function hello(port: number, guestToken?: unknown) {
  const client = await RpcClient.open(port);
  const asked = { client: 'test', version: '1', ...(guestToken === undefined ? {} : { guestToken }) };
  const answer = await client.call('session.hello', asked);
  return { client, token: answer['guestToken'], conversation: answer['conversation'] };
}

async function turnsOf(client: RpcClient): Promise<number> {
  return ((await client.call('chat.history'))['turns'] as unknown[]).length;
}

test('a user takes over conversations, receipts and balance of the guest', async () => {
  await using server = await start();
  const guest = await hello(server.port);
  using first = guest.client;
  const { conversation, receipt } = await first.call('chat.send', { text: 'a secret' });
  const before = await first.call('credits.balance');
  const person = await register(server, { guestToken: guest.token });
  using client = await connectAs(server, person);
  const greeting = await client.call('session.hello', { client: 'test', version: '1' });
  assert.equal(greeting['conversation'], conversation);
  assert.equal(await turnsOf(client), 1);
  const { seq: _, ...balance } = await client.call('credits.balance');
  assert.deepEqual({ ...balance, seq: before['seq'] }, before);
  const { index } = receipt as { index: number };
  assert.ok((await client.call('ledger.receipt', { index }))['proof']);
  await client.call('chat.send', { text: 'and on' });
  assert.equal(await turnsOf(client), 2);
  const { erased } = await client.call('ledger.erase', { exchange: 'all' });
  assert.equal(erased, 2);
});

test('whoever has the token of the guest reaches nothing of the user, also after a restart', async () => {
  const environment = { ...PRICES, DATA_DIR: dataDir };
  let person: Person;
  let token: unknown;
  {
    await using server = await start({ environment });
    const victim = await hello(server.port);
    token = victim.token;
    await victim.client.call('chat.send', { text: 'a secret' });
    const attacker = await hello(server.port, token);
    person = await register(server, { guestToken: token });
    for (const { client } of [victim, attacker]) {
      assert.equal((await client.notification('session.signedOut')).params?.['reason'], 'registered');
      assert.equal(await turnsOf(client), 0);
      const { account, available } = await client.call('credits.balance');
      assert.notEqual(account, undefined);
      assert.equal(available, 0, 'the account of somebody else');
    }
    const late = await hello(server.port, token);
    assert.notEqual(late.token, token);
    assert.equal(late.conversation, undefined);
    for (const { client } of [victim, attacker, late]) client.reset();
  }
  await using again = await start({ environment });
  const late = await hello(again.port, token);
  assert.notEqual(late.token, token);
  assert.equal(late.conversation, undefined);
  using client = late.client;
  const answer = await client.call('auth.login', { email: person.email, password: PASSWORD });
  using user = await connectAs(again, personOf(person.email, answer));
  await user.call('session.hello', { client: 'test', version: '1' });
  assert.equal(await turnsOf(user), 1);
});

test('when the e-mail is taken the guest stays as it was', async () => {
  await using server = await start();
  const { email } = await register(server);
  const guest = await hello(server.port);
  using client = guest.client;
  await client.call('chat.send', { text: 'mine' });
  const input = { email, password: PASSWORD, guestToken: guest.token };
  assert.equal(await client.failure('auth.register', input), 'email_taken');
  assert.equal(await turnsOf(client), 1);
  await client.call('chat.send', { text: 'and on' });
  const again = await hello(server.port, guest.token);
  assert.equal(again.token, guest.token);
  assert.equal(await turnsOf(again.client), 2);
  again.client.reset();
});

test("an answer that runs while the guest registers is stopped, and what it said is the user's", async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  const guest = await hello(server.port);
  using client = guest.client;
  const request = client.send('chat.send', { text: 'a secret' });
  const call = await provider.next();
  call.say('half of it');
  await client.notification('chat.delta');
  const person = await register(server, { guestToken: guest.token });
  await call.aborted();
  assert.equal((await client.response(request)).error?.data['reason'], 'cancelled');
  using user = await connectAs(server, person);
  await user.call('session.hello', { client: 'test', version: '1' });
  assert.equal(await turnsOf(user), 1);
});

test('of four who register with one guest at once, one takes it over; nobody shares an account', async () => {
  await using server = await start();
  const guest = await hello(server.port);
  using client = guest.client;
  await client.call('chat.send', { text: 'mine' });
  const { account: guestAccount } = await client.call('credits.balance');
  const people = await Promise.all([0, 1, 2, 3].map(() => register(server, { guestToken: guest.token })));
  const kept = [];
  const accounts = new Set<unknown>();
  for (const person of people) {
    using user = await connectAs(server, person);
    await user.call('session.hello', { client: 'test', version: '1' });
    const { account } = await user.call('credits.balance');
    accounts.add(account);
    const turns = await turnsOf(user);
    if (turns > 0) kept.push([turns, account]);
  }
  assert.equal(accounts.size, 4);
  assert.deepEqual(kept, [[1, guestAccount]]);
});

test('the guest of a connection is taken over without a token, and that of an address never', async () => {
  await using server = await start();
  using client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'mine' });
  const input = { email: 'ana@example.org', password: PASSWORD };
  const person = personOf(input.email, await client.call('auth.register', input));
  assert.equal(await turnsOf(client), 0);
  using user = await connectAs(server, person);
  await user.call('session.hello', { client: 'test', version: '1' });
  assert.equal(await turnsOf(user), 1);
});

test('people on the text face go on as guests when they sign out', async () => {
  await using server = await start();
  using lines = await LineClient.open(server.port);
  lines.send('/lang en\n/logout\nhello\n');
  assert.match(await lines.until('-- Usuario-1:m1'), /Signed out\.\necho: hello\n/);
});
