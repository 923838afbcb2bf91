/** A day away, a restart, thirty days: who comes back finds what was theirs, and who cannot is forgotten. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { SWEEP_LIMITS } from '../server/data-sweeps.ts';
import { bothDialects, type TestPlace } from '../server/store/store.fixture.ts';
import { ManualClock } from '../shared/clock.ts';
import { verifyReceipt } from '../shared/ledger/receipt.ts';
import { readContents } from './e2e/support/cold-ledger.ts';
import { bytesIn } from './support/bytes-in.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

const START = 1_700_000_000_000;
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

const onBoth = bothDialects();

function start({ dataDir, databaseUrl }: TestPlace, clock: ManualClock) {
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  const prices = { MODEL_PRICES: '{"*":{"input":1,"output":1}}' };
  return startTestServer({ clock, environment: { DATA_DIR: dataDir, ...prices, ...database } });
}

/** What a guest can see of itself. */
async function seenBy(client: RpcClient, indexes: readonly number[]): Promise<object> {
  const { verifierKey } = await client.call('ledger.checkpoint');
  const salts: unknown[] = [];
  for (const index of indexes) {
    const { proof, promptSalt, answerSalt } = await client.call('ledger.receipt', { index });
    const verdict = await verifyReceipt({ receipt: String(proof), verifierKey: String(verifierKey) });
    assert.ok(verdict.ok && verdict.index === index);
    salts.push(promptSalt, answerSalt);
  }
  const { turns } = await client.call('chat.history');
  const { seq: _, ...balance } = await client.call('credits.balance');
  return { salts, turns, balance };
}

onBoth('after a day, and after a restart, a token finds everything again', async (place) => {
  const clock = new ManualClock(START);
  const hello = { client: 'test', version: '1' };
  const indexes: number[] = [];
  let [guestToken, conversation]: unknown[] = [];
  let before: object;
  {
    await using server = await start(place, clock);
    {
      using client = await RpcClient.open(server.port);
      ({ guestToken } = await client.call('session.hello', hello));
      for (const text of ['first', 'second']) {
        const answer = await client.call('chat.send', { text });
        ({ conversation } = answer);
        indexes.push((answer['receipt'] as { index: number }).index);
      }
      before = await seenBy(client, indexes);
    }
    clock.advance(25 * HOUR_MS);
    using client = await RpcClient.open(server.port);
    const greeting = await client.call('session.hello', { ...hello, guestToken });
    assert.equal(greeting['conversation'], conversation);
    assert.deepEqual(await seenBy(client, indexes), before);
  }
  clock.advance(25 * HOUR_MS);
  await using server = await start(place, clock);
  using client = await RpcClient.open(server.port);
  const greeting = await client.call('session.hello', { ...hello, guestToken });
  assert.equal(greeting['guestToken'], guestToken);
  assert.equal(greeting['conversation'], conversation);
  assert.deepEqual(await seenBy(client, indexes), before);
  assert.equal((await client.call('chat.send', { text: 'third' }))['conversation'], conversation);
});

onBoth('after thirty days a guest of the text face is gone with its words, others are not', async (place) => {
  const clock = new ManualClock(START);
  const server = await start(place, clock);
  let guestToken: unknown;
  {
    using client = await RpcClient.open(server.port);
    ({ guestToken } = await client.call('session.hello', { client: 'test', version: '1' }));
    await client.call('chat.send', { text: 'these words have a token' });
    using person = await LineClient.open(server.port);
    person.send('unmistakable passer-by\n');
    await person.until(':m1 ');
  }
  const prompts = async () =>
    (await readContents(place.dataDir, place.databaseUrl)).map(({ prompt }) => prompt).sort();
  assert.deepEqual(await prompts(), ['these words have a token', 'unmistakable passer-by']);
  const passDay = async () => {
    clock.advance(DAY_MS);
    // The sweep runs beside what the server does.
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  };
  const days = SWEEP_LIMITS.textGuestMs / DAY_MS;
  for (let day = 0; day < days; day += 1) {
    await passDay();
    if (day % 10 === 0) assert.equal((await prompts()).length, 2, `day ${day}`);
  }
  // The sweep of one day may end after the next has begun.
  while ((await prompts()).length > 1) await passDay();
  assert.deepEqual(await prompts(), ['these words have a token']);
  await server.drain();
  if (place.dialect === 'sqlite') await assertNoByte(place.dataDir, 'passer-by');
  await using again = await start(place, clock);
  using client = await RpcClient.open(again.port);
  await client.call('session.hello', { client: 'test', version: '1', guestToken });
  const { turns } = await client.call('chat.history');
  assert.deepEqual(
    (turns as { user: string }[]).map(({ user }) => user),
    ['these words have a token'],
  );
});

async function assertNoByte(folder: string, words: string): Promise<void> {
  assert.equal((await bytesIn(folder)).includes(words), false);
}
