/** What is erased is gone from every file, from memory, from what is sent again and from prompts. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bytesIn } from './support/bytes-in.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const CLIENT = { client: 'test', version: '1' };

async function setUp(context: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-erased-'));
  const provider = new ScriptedProvider();
  const server = await startTestServer({
    environment: { DATA_DIR: dataDir },
    providers: providersOf(provider),
  });
  const [one, first] = await hello(server.port);
  const [two, second] = await hello(server.port, { guestToken: first['guestToken'] });
  context.after(async () => {
    for (const client of [one, two]) client.reset();
    await server.drain();
    await rm(dataDir, { recursive: true, force: true });
  });
  const marker = `marker${randomBytes(8).toString('hex')}`;
  return { dataDir, provider, server, one, two, first, second, marker };
}

async function hello(port: number, more: object = {}): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(port);
  return [client, await client.call('session.hello', { ...CLIENT, ...more })];
}

type Place = Awaited<ReturnType<typeof setUp>>;

/** One answer that is whole and one that is cancelled, each on a connection of its own. */
async function sayMarker({ provider, one, two, marker }: Place): Promise<void> {
  one.send('chat.send', { text: `one ${marker}`, clientMessageId: 'm1' }, 'whole');
  const whole = await provider.next();
  whole.say(`whole ${marker}`);
  whole.end();
  await one.response('whole');
  two.send('chat.send', { text: `two ${marker}`, clientMessageId: 'm2' }, 'stopped');
  const stopped = await provider.next();
  stopped.say(`part ${marker}`);
  await two.notification('chat.delta');
  await two.call('chat.cancel', {});
  assert.equal((await two.response('stopped')).error?.data['reason'], 'cancelled');
}

async function requireGone({ provider, server, dataDir, marker, ...place }: Place): Promise<void> {
  assert.equal((await bytesIn(dataDir)).includes(marker), false, 'no file has it');
  const seen: unknown[] = [];
  for (const client of [place.one, place.two]) {
    seen.push(await client.call('chat.history'));
    client.send('chat.send', { text: 'what did I say?' }, 'next');
    const call = await provider.next();
    call.say('nothing');
    call.end();
    seen.push(call.request.messages);
    await client.response('next');
  }
  for (const { resumeToken, epoch } of [place.first, place.second]) {
    const client = await RpcClient.open(server.port);
    assert.equal(await client.failure('session.resume', { resumeToken, epoch, lastSeq: 0 }), 'gap');
    seen.push(client.messages);
    client.reset();
  }
  assert.equal(JSON.stringify(seen).includes(marker), false, 'nothing that is sent has it');
}

test('everything of an account, on every connection of it, a cancelled answer too', async (context) => {
  const place = await setUp(context);
  const { provider, one, marker } = place;
  await sayMarker(place);
  assert.deepEqual((await one.call('ledger.erase', { exchange: 'all' }))['erased'], 2);
  await requireGone(place);
  one.send('chat.send', { text: `one ${marker}`, clientMessageId: 'm1' }, 'again');
  const call = await provider.next();
  call.say('as if it had never been said');
  call.end();
  assert.equal((await one.response('again')).result?.['text'], 'as if it had never been said');
});

test('one conversation after the other, and its messages are not answered from memory', async (context) => {
  const place = await setUp(context);
  const { one, two, marker } = place;
  await sayMarker(place);
  assert.deepEqual(await erase(one), [1, 0]);
  const { conversation } = await two.call('chat.history');
  assert.deepEqual(await erase(one, { conversation }), [1, 0], 'also from another connection');
  await requireGone(place);
  const repeated = { text: `one ${marker}`, clientMessageId: 'm1' };
  assert.equal(await one.failure('chat.send', repeated), 'conflict');
  assert.equal(await two.failure('chat.send', repeated), 'conflict');
});

/** On three branches of one conversation; the other session follows. */
async function sayOnBranches(place: Place): Promise<Record<string, unknown>> {
  const { one, two, marker } = place;
  const first = await answered(place, 'chat.send', { text: `prompt ${marker}` });
  await two.call('conversations.open', { conversation: first['conversation'] });
  await answered(place, 'chat.regenerate', {});
  await answered(place, 'chat.edit', { message: first['promptMessage'], text: `edited ${marker}` });
  await one.call('chat.branch', { message: first['answerMessage'] });
  await answered(place, 'chat.send', { text: `further ${marker}` });
  await two.call('server.ping');
  assert.ok(JSON.stringify(two.messages).includes(`edited ${marker}`), 'the other session was told');
  return first;
}

async function answered({ provider, one, marker }: Place, name: string, input: object) {
  const id = one.send(name, input);
  const call = await provider.next();
  call.say(`answer ${marker}`);
  call.end();
  const { result, error } = await one.response(id);
  assert.ok(result, JSON.stringify(error));
  return result;
}

for (const how of ['all at once', 'one by one'] as const) {
  test(`branches, what others were told, and places: ${how}`, async (context) => {
    const place = await setUp(context);
    const { one, two } = place;
    const { conversation, answerMessage } = await sayOnBranches(place);
    if (how === 'all at once') {
      assert.deepEqual((await one.call('ledger.erase', { exchange: 'all' }))['erased'], 4);
      assert.equal(await one.failure('conversations.messages', { conversation }), 'not_found');
      assert.equal(await one.failure('chat.branch', { message: answerMessage }), 'not_found');
    } else {
      assert.deepEqual(await erase(one, { conversation }), [4, 0]);
      const { messages } = await two.call('conversations.messages', { conversation, message: answerMessage });
      assert.ok((messages as { text: string }[]).every(({ text }) => text === ''));
    }
    await requireGone(place);
  });
}

test('a stranger erases nothing of a conversation', async (context) => {
  const place = await setUp(context);
  await sayMarker(place);
  const { conversation } = await place.one.call('chat.history');
  const [stranger] = await hello(place.server.port);
  using _ = stranger;
  assert.equal(await stranger.failure('chat.erase', { conversation }), 'not_found');
  assert.ok(JSON.stringify(await place.one.call('chat.history')).includes(place.marker));
});

test('what an administrator erases leaves the memory of its owner', async (context) => {
  const place = await setUp(context);
  const { one, dataDir, server } = place;
  await sayMarker(place);
  const { account } = await one.call('credits.balance');
  const [admin] = await hello(server.port);
  using _ = admin;
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await admin.call('session.authenticate', { key });
  assert.equal((await admin.call('ledger.erase', { exchange: 'all', account }))['erased'], 2);
  await requireGone(place);
});

async function erase(client: RpcClient, input: object = {}): Promise<unknown[]> {
  const { erased, left } = await client.call('chat.erase', input);
  return [erased, left];
}
