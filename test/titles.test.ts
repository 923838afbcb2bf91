/** Titles by a model: after the first exchange, behind everyone, paid by the house, over no given one. */
import assert from 'node:assert/strict';
import { titleIn } from '../server/chat/conversation-titles.ts';
import { test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { providersOf, ScriptedProvider, type ScriptedCall } from './support/scripted-provider.ts';

const onBoth = bothServers();

async function open({ start }: ServerPlace, environment: Readonly<Record<string, string>> = {}) {
  const provider = new ScriptedProvider();
  const server = await start({
    providers: providersOf(provider),
    environment: { TITLE_ROUTE: 'test-model', MAX_IN_FLIGHT: '1', ...environment },
  });
  return { provider, server, client: await guest(server) };
}

/** Sends a message and answers it. */
async function say(client: GuestClient, provider: ScriptedProvider, text: string) {
  const id = client.send('chat.send', { text });
  answer(await provider.next(), `answer to ${text}`);
  return String((await client.response(id)).result?.['conversation']);
}

function answer(call: ScriptedCall, text: string): void {
  call.say(text);
  call.end();
}

async function title(client: GuestClient): Promise<string> {
  const { params = {} } = await client.notification('conversation.changed');
  return (params['conversation'] as { title: string }).title;
}

async function titles(client: GuestClient): Promise<string[]> {
  const { conversations } = await client.call('conversations.list');
  return (conversations as { title: string }[]).map((each) => each.title);
}

onBoth('the question follows the first exchange, and its answer is the title', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  await say(client, provider, 'how far is the sea');
  const call = await provider.next();
  const [system, ...said] = call.request.messages;
  assert.equal(system?.role, 'system');
  assert.deepEqual(
    said.slice(0, 2).map(({ content }) => content),
    ['how far is the sea', 'answer to how far is the sea'],
  );
  assert.equal(said.length, 3);
  answer(call, '**Title: "The way to the sea"**\nHope you like it');
  assert.equal(await title(client), 'The way to the sea');
  await say(client, provider, 'second');
  assert.deepEqual(await titles(client), ['The way to the sea']);
});

onBoth('a title that its owner gave stays, also one that was given meanwhile', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  const conversation = await say(client, provider, 'one');
  const call = await provider.next();
  await client.call('conversations.update', { conversation, title: 'Mine' });
  answer(call, 'Of the model');
  await client.call('chat.new');
  await say(client, provider, 'two');
  answer(await provider.next(), 'Second');
  assert.equal(await title(client), 'Second');
  assert.deepEqual(await titles(client), ['Second', 'Mine']);
});

onBoth('a message that waits ends the making of a title, which is tried no more', async (place) => {
  const { client, provider, server } = await open(place);
  using _ = client;
  using other = await guest(server);
  await say(client, provider, 'one');
  const call = await provider.next();
  const id = other.send('chat.send', { text: 'urgent' });
  const next = await provider.next();
  assert.ok(call.isAborted);
  assert.equal(next.request.messages.at(-1)?.content, 'urgent');
  answer(next, 'here');
  await other.response(id);
  assert.deepEqual(await titles(client), ['one']);
});

onBoth('erasing the first words while a title is made of them: there is none', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  await say(client, provider, 'secret words');
  const call = await provider.next();
  await client.call('ledger.erase', { exchange: 'all' });
  assert.ok(call.isAborted);
  assert.deepEqual(await titles(client), []);
});

onBoth('the house pays, and the person does not', async (place) => {
  const { client, provider, server } = await open(place, { MODEL_PRICES: '{"*":{"input":1,"output":1}}' });
  using _ = client;
  using operator = await guest(server);
  const key = (await readFile(join(place.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  const house = async () => (await operator.call('credits.balance', { account: 'house' }))['spent'];
  await operator.call('credits.grant', { account: 'house', amount: 4_000, reason: 'titles' });
  await say(client, provider, 'one');
  const { spent } = await client.call('credits.balance');
  answer(await provider.next(), 'First');
  assert.equal(await title(client), 'First');
  assert.ok(Number(await house()) > 0);
  assert.equal((await client.call('credits.balance'))['spent'], spent);
});

onBoth('without credits of the house nobody notices anything', async (place) => {
  const { client, provider } = await open(place, { MODEL_PRICES: '{"*":{"input":1,"output":1}}' });
  using _ = client;
  for (const text of ['one', 'two']) {
    await client.call('chat.new');
    await say(client, provider, text);
  }
  assert.deepEqual(await titles(client), ['two', 'one']);
});

test('of an answer the title is taken, without what models put around it', () => {
  for (const [answered, expected] of [
    ['The sea', 'The sea'],
    ['  "The sea."\n\nMore', 'The sea'],
    ['# Título: «El mar»', 'El mar'],
    ['**Title:** The sea', 'The sea'],
    ['What is C++?', 'What is C++?'],
    ['x'.repeat(61), ''],
    ['""', ''],
  ] as const) {
    assert.equal(titleIn(answered), expected);
  }
});
