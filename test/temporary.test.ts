/** A temporary conversation: it works like any other, and nothing of it is kept. [C-5] */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commitTo } from '../server/ledger/commitment.ts';
import { bytesIn } from './support/bytes-in.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const CLIENT = { client: 'test', version: '1' };

async function setUp(context: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-temporary-'));
  const provider = new ScriptedProvider();
  const server = await startTestServer({
    providers: providersOf(provider),
    environment: { DATA_DIR: dataDir, MODEL_PRICES: '{"*":{"input":1,"output":1}}' },
  });
  context.after(async () => {
    await server.drain();
    await rm(dataDir, { recursive: true, force: true });
  });
  const marker = `marker${randomBytes(8).toString('hex')}`;
  return { dataDir, provider, server, marker };
}

type Place = Awaited<ReturnType<typeof setUp>>;

async function hello({ server }: Place, more: object = {}): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(server.port);
  return [client, await client.call('session.hello', { ...CLIENT, ...more })];
}

/** Says something and has it answered; returns the result, and what the model was sent. */
async function say({ provider }: Place, client: RpcClient, text: string, more: object = {}) {
  const id = client.send('chat.send', { text, ...more });
  const call = await provider.next();
  call.say(`answer to ${text}`);
  call.end();
  const { result, error } = await client.response(id);
  assert.ok(result, JSON.stringify(error));
  return { result, sent: call.request.messages.slice(1).map(({ content }) => content) };
}

test('it remembers while it lasts, is paid for, and leaves no word in any file or list', async (context) => {
  const place = await setUp(context);
  const { dataDir, marker } = place;
  const [client, { guestToken }] = await hello(place);
  using _ = client;
  const kept = await say(place, client, 'kept words');
  const { temporary, left } = await client.call('chat.new', { temporary: true });
  assert.equal(left, kept.result['conversation']);
  const first = await say(place, client, `one ${marker}`, { clientMessageId: 'm1' });
  const second = await say(place, client, `two ${marker}`);
  assert.deepEqual(second.sent, [`one ${marker}`, `answer to one ${marker}`, `two ${marker}`]);
  assert.equal(second.result['conversation'], temporary);
  assert.equal(second.result['answerMessage'], undefined);
  const repeated = await client.call('chat.send', { text: `one ${marker}`, clientMessageId: 'm1' });
  assert.deepEqual(repeated['receipt'], first.result['receipt'], 'a repeat is not asked again');
  const { charged } = second.result['credits'] as { charged: number };
  assert.ok(charged > 0);
  assert.equal((await bytesIn(dataDir)).includes(marker), false, 'no file has it');
  const [other, greeting] = await hello(place, { guestToken });
  using _other = other;
  assert.equal(greeting['conversation'], kept.result['conversation']);
  const { conversations } = await other.call('conversations.list');
  assert.deepEqual(
    (conversations as { id: string }[]).map(({ id }) => id),
    [greeting['conversation']],
  );
  for (const [name, input] of [
    ['conversations.open', { conversation: temporary }],
    ['chat.send', { text: 'x', conversation: temporary }],
  ] as const) {
    assert.equal(await other.failure(name, input), 'not_found', name);
  }
  assert.equal(await client.failure('chat.regenerate'), 'not_found');
  assert.ok(!other.messages.some(({ method }) => method === 'conversation.turn'), 'nobody follows it');
});

test('only its receipt has the salts, and they open what the ledger has', async (context) => {
  const place = await setUp(context);
  const [client] = await hello(place);
  using _ = client;
  await client.call('chat.new', { temporary: true });
  const { result } = await say(place, client, 'a secret');
  const { index, promptSalt } = result['receipt'] as Record<string, string>;
  const asked = await client.call('ledger.receipt', { index });
  const entry = Buffer.from(/extra (\S+)/.exec(String(asked['proof']))?.[1] ?? '', 'base64').toString();
  assert.ok(entry.includes(commitTo(Buffer.from(promptSalt ?? '', 'base64'), 'a secret')));
  assert.deepEqual([asked['index'], asked['promptSalt'], asked['answerSalt']], [index, undefined, undefined]);
});

test('it survives a resume, and is gone once it is left', async (context) => {
  const place = await setUp(context);
  const { server, marker } = place;
  const [client, { resumeToken, epoch }] = await hello(place);
  const { temporary } = await client.call('chat.new', { temporary: true });
  await say(place, client, `one ${marker}`);
  const numbers = client.messages.map(({ result, params }) => Number((result ?? params)?.['seq'] ?? 0));
  const lastSeq = Math.max(...numbers);
  client.reset();
  using again = await RpcClient.open(server.port);
  await again.call('session.resume', { resumeToken, epoch, lastSeq });
  const { sent, result } = await say(place, again, 'two');
  assert.equal(sent[0], `one ${marker}`);
  assert.equal(result['conversation'], temporary);
  await again.call('chat.new');
  assert.deepEqual((await again.call('chat.history'))['turns'], []);
  assert.equal(await again.failure('chat.send', { text: 'x', conversation: temporary }), 'not_found');
  assert.deepEqual((await say(place, again, 'anew')).sent, ['anew']);
});

test('what is erased is not sent to the model again', async (context) => {
  const place = await setUp(context);
  const [client] = await hello(place);
  using _ = client;
  await client.call('chat.new', { temporary: true });
  const first = await say(place, client, 'one');
  await say(place, client, 'two');
  const { index: exchange } = first.result['receipt'] as { index: number };
  await client.call('ledger.erase', { exchange });
  assert.deepEqual((await say(place, client, 'three')).sent, ['two', 'answer to two', 'three']);
  await client.call('ledger.erase', { exchange: 'all' });
  assert.deepEqual((await say(place, client, 'four')).sent, ['four']);
});

test('what ends after its temporary conversation was left leaves nothing either', async (context) => {
  const place = await setUp(context);
  const { provider, dataDir, marker } = place;
  const [client] = await hello(place);
  using _ = client;
  await client.call('chat.new', { temporary: true });
  const id = client.send('chat.send', { text: `one ${marker}` });
  const call = await provider.next();
  call.say(`part ${marker}`);
  await client.notification('chat.delta');
  await client.call('chat.new');
  call.end();
  assert.ok((await client.response(id)).result);
  assert.deepEqual((await say(place, client, 'anew')).sent, ['anew']);
  assert.equal((await bytesIn(dataDir)).includes(marker), false);
});

test('on the text face: /temporary', async (context) => {
  const place = await setUp(context);
  using person = await LineClient.open(place.server.port);
  person.send('/lang en\n/temporary\n');
  await person.until('A temporary conversation: ');
  person.send('hello\n');
  const call = await place.provider.next();
  call.say('hi');
  call.end();
  await person.until(/hi\n-- Usuario-\d+:m1 .*\n/);
  person.send('/history\n/new\n/history\n');
  await person.until('> hello\nhi\n');
  await person.until('A new conversation.\nNothing has been said yet.\n');
});
