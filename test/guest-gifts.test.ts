/** Gifts of guests who share one address, on a running server that limits addresses. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { RpcClient, type RpcMessage } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** Prices and gifts as an operator gets them, and no address is exempt. */
const OFFICE = {
  // Nobody speaks at once when the machine is busy.
  LIMIT_SNIFF_MS: '10000',
  MODEL_PRICES: '{}',
  ADDRESS_LIMIT_EXEMPT: '192.0.2.1',
  RATE_MAX_MESSAGES: '10000',
};

const CLIENT = { client: 'test', version: '1' };

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-gifts-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function startOffice(folder: string, environment: Readonly<Record<string, string>> = {}) {
  return startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ...OFFICE, DATA_DIR: folder, ...environment },
  });
}

async function grantedTo(client: RpcClient): Promise<number> {
  const { granted, gift } = await client.call('credits.balance');
  assert.equal(Number(granted) + Number(gift), 20_000);
  return Number(granted);
}

async function say(client: RpcClient): Promise<RpcMessage> {
  return client.response(client.send('chat.send', { text: 'hola' }));
}

test('ten guests at one address send three messages each, all at the same time', async (context) => {
  await using server = await startOffice(await newFolder(context));
  const guests = await Promise.all(Array.from({ length: 10 }, () => RpcClient.open(server.port)));
  using clients = new DisposableStack();
  for (const guest of guests) clients.use(guest);
  for (let round = 1; round <= 3; round += 1) {
    const answers = await Promise.all(guests.map(say));
    for (const { result } of answers) assert.equal(result?.['text'], 'echo: hola', `round ${round}`);
  }
  const granted = await Promise.all(guests.map(grantedTo));
  assert.ok(granted.reduce((sum, amount) => sum + amount, 0) <= 30_000, 'half of the day is left');
  const next = clients.use(await RpcClient.open(server.port));
  assert.equal((await say(next)).result?.['text'], 'echo: hola');
});

test('a heavy guest leaves the newcomers their half, and a restart begins no new day', async (context) => {
  const folder = await newFolder(context);
  const environment = {
    ANONYMOUS_CREDITS_PER_ADDRESS: '12000',
    // A hold of 2,000 that can be cut to 1,600; the answer costs 300.
    MODEL_PRICES: '{"*":{"input":0,"output":100}}',
    LLM_MAX_OUTPUT_TOKENS: '20',
  };
  let guestToken: unknown;
  {
    await using server = await startOffice(folder, environment);
    using heavy = await RpcClient.open(server.port);
    ({ guestToken } = await heavy.call('session.hello', CLIENT));
    let last = await say(heavy);
    while (last.result) last = await say(heavy);
    assert.equal(last.error?.code, 4042);
    assert.equal(last.error.data['reason'], 'address_credits_used');
    assert.match(last.error.message, /12000 in 24 hours .* in 2[45] h/);
    assert.ok(Number(last.error.data['retryAfterMs']) > 23 * 60 * 60 * 1_000);
    assert.equal(await grantedTo(heavy), 6_000);
  }
  await using server = await startOffice(folder, environment);
  using heavy = await RpcClient.open(server.port);
  await heavy.call('session.hello', { ...CLIENT, guestToken });
  assert.equal((await say(heavy)).error?.data['reason'], 'address_credits_used');
  const outcomes: (string | undefined)[] = [];
  for (let newcomer = 1; newcomer <= 4; newcomer += 1) {
    using client = await RpcClient.open(server.port);
    const { result, error } = await say(client);
    outcomes.push(result ? 'answered' : String(error?.data['reason']));
  }
  assert.deepEqual(outcomes, ['answered', 'answered', 'answered', 'address_credits_used']);
});
