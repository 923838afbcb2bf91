/** Guests come back: the same token is the same person, from any connection and after a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

const CLIENT = { client: 'test', version: '1' };
const PRICES = { MODEL_PRICES: '{"*":{"input":1,"output":1}}' };

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-guests-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

const start = (environment: Readonly<Record<string, string>> = {}) =>
  startTestServer({ environment: { DATA_DIR: dataDir, ...PRICES, ...environment } });

async function hello(port: number, more: object = {}): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(port);
  return [client, await client.call('session.hello', { ...CLIENT, ...more })];
}

test('[R-8] [R-9] after a restart a guest has the same conversation, balance and receipts', async () => {
  let guestToken: unknown;
  let account: unknown;
  let balance: unknown;
  let conversation: unknown;
  let index: unknown;
  {
    await using server = await start();
    const [client, greeting] = await hello(server.port);
    using _ = client;
    ({ guestToken } = greeting);
    assert.equal(greeting['conversation'], undefined);
    const answer = await client.call('chat.send', { text: 'first' });
    ({ conversation } = answer);
    await client.call('chat.send', { text: 'second' });
    ({ account, available: balance } = await client.call('credits.balance'));
    index = (answer['receipt'] as { index: number }).index;
  }
  await using server = await start();
  const [client, greeting] = await hello(server.port, { guestToken });
  using _ = client;
  assert.equal(greeting['guestToken'], guestToken);
  assert.equal(greeting['conversation'], conversation);
  const { turns } = await client.call('chat.history');
  assert.deepEqual(
    (turns as { user: string }[]).map(({ user }) => user),
    ['first', 'second'],
  );
  const now = await client.call('credits.balance');
  assert.equal(now['account'], account);
  assert.equal(now['available'], balance);
  assert.equal((await client.call('ledger.receipt', { index }))['index'], index);
  const { conversation: next } = await client.call('chat.send', { text: 'third' });
  assert.equal(next, conversation);
});

test('a trace is never used again after a restart', async () => {
  const traces = new Set<unknown>();
  for (let run = 0; run < 3; run += 1) {
    await using server = await start();
    const client = await RpcClient.open(server.port);
    using _ = client;
    traces.add((await client.call('chat.send', { text: 'hello' }))['trace']);
  }
  assert.equal(traces.size, 3);
});

test('one guest on two connections has one account, one rate window and one limit of answers', async () => {
  await using server = await start({ RATE_MAX_MESSAGES: '3' });
  const [one, { guestToken }] = await hello(server.port);
  const [two, second] = await hello(server.port, { guestToken });
  using _one = one;
  using _two = two;
  assert.equal(second['guestToken'], guestToken);
  await one.call('chat.send', { text: 'a' });
  await two.call('chat.send', { text: 'b' });
  await one.call('chat.send', { text: 'c' });
  assert.equal(await two.failure('chat.send', { text: 'd' }), 'rate_limited');
  const [left, right] = [await one.call('credits.balance'), await two.call('credits.balance')];
  assert.equal(left['account'], right['account']);
});

test('what was said before hello stays with the guest that hello gives a token to', async () => {
  await using server = await start();
  const client = await RpcClient.open(server.port);
  using _ = client;
  await client.call('chat.send', { text: 'before' });
  const { account } = await client.call('credits.balance');
  const { guestToken } = await client.call('session.hello', CLIENT);
  const [again] = await hello(server.port, { guestToken });
  using _again = again;
  assert.equal((await again.call('credits.balance'))['account'], account);
  assert.equal(((await again.call('chat.history'))['turns'] as unknown[]).length, 1);
});

test('a token that nobody was given makes a new guest, with a token of its own', async () => {
  await using server = await start();
  const [client, greeting] = await hello(server.port, { guestToken: 'chosen-by-an-attacker' });
  using _ = client;
  assert.notEqual(greeting['guestToken'], 'chosen-by-an-attacker');
});

test("a conversation of somebody else is not opened, and one's own by its id or as a new one", async () => {
  await using server = await start();
  const [mine, { guestToken }] = await hello(server.port);
  using _mine = mine;
  const { conversation: first } = await mine.call('chat.send', { text: 'a' });
  await mine.call('chat.new');
  const { conversation: second } = await mine.call('chat.send', { text: 'b' });
  assert.notEqual(first, second);
  const [other, stranger] = await hello(server.port, { conversation: first });
  using _other = other;
  assert.equal(stranger['conversation'], undefined);
  const [older, { conversation: wanted }] = await hello(server.port, { guestToken, conversation: first });
  using _older = older;
  assert.equal(wanted, first);
  const [newer, { conversation: newest }] = await hello(server.port, { guestToken });
  using _newer = newer;
  assert.equal(newest, second);
  const [fresh, { conversation: none }] = await hello(server.port, { guestToken, conversation: 'new' });
  using _fresh = fresh;
  assert.equal(none, undefined);
});
