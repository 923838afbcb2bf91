/** `clientMessageId` over a restart: what was answered before the process died is not asked again. [J-9] */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, Process } from './support/processes.ts';
import { RpcClient } from './support/rpc-client.ts';

const place = { port: 0, dataDir: '' };
const SEND = { text: '  hello  there', clientMessageId: 'm1' };

before(async () => {
  place.port = await freePort();
  place.dataDir = await mkdtemp(join(tmpdir(), 'hilo-repeat-'));
});

after(() => rm(place.dataDir, { recursive: true, force: true }));

function start(): Promise<Process> {
  return Process.start('server/main.ts', {
    APP_PORT: String(place.port),
    APP_PROXY_PORT: '0',
    METRICS_PORT: '0',
    DATA_DIR: place.dataDir,
    LLM_PROVIDER: 'offline',
    COMPANION_DELAY_MS: '0',
    MODEL_PRICES: '{"*":{"input":1,"output":1}}',
  });
}

async function hello(more: object): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(place.port);
  return [client, await client.call('session.hello', { client: 'test', version: '1', ...more })];
}

test('a send that was answered before a kill gets the same answer after it, and no charge', async () => {
  const server = await start();
  const [before, { guestToken }] = await hello({});
  using _before = before;
  // What the model was sent with it is not kept.
  const { seq: _seq, remembered: _remembered, ...answer } = await before.call('chat.send', SEND);
  await before.call('chat.send', { text: 'later', clientMessageId: 'm2' });
  const { available } = await before.call('credits.balance');
  await server.exit('SIGKILL');

  await using _again = await start();
  const [client] = await hello({ guestToken, conversation: 'new' });
  using _ = client;
  const { size } = await client.call('ledger.checkpoint');
  const { seq: _seq2, ...repeated } = await client.call('chat.send', SEND);
  assert.deepEqual(pick(repeated), pick(answer));
  assert.deepEqual(repeated['credits'], { ...(answer['credits'] as object), balance: available });
  assert.deepEqual(Object.keys(repeated).sort(), Object.keys(answer).sort());
  assert.equal((await client.call('ledger.checkpoint'))['size'], size, 'nothing was written');
  assert.equal((await client.call('chat.history'))['conversation'], answer['conversation']);
  assert.equal(await client.failure('chat.send', { ...SEND, text: 'other' }), 'conflict');

  const [stranger] = await hello({});
  using _stranger = stranger;
  assert.notEqual((await stranger.call('chat.send', SEND))['trace'], answer['trace']);

  const { index } = answer['receipt'] as { index: number };
  await client.call('ledger.erase', { exchange: index });
  assert.equal(await client.failure('chat.send', SEND), 'conflict');
});

/** Everything but the balance. */
function pick(answer: Record<string, unknown>) {
  return { ...answer, credits: undefined };
}
