/** What a conversation sets for itself reaches the model: persona, folder, instructions, route. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readServerConfig } from '../server/config/config.ts';
import { LlmError } from '../server/models/model-client.ts';
import { EnvironmentError } from '../shared/environment.ts';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { LineClient } from './support/line-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';

const onBoth = bothServers();

const PERSONAS = {
  personas: [
    {
      id: 'tutor',
      name: { en: 'Tutor', es: 'Profesora' },
      instructions: 'Be a tutor.',
      route: 'other-model',
    },
    { id: 'poet', name: { en: 'Poet', es: 'Poeta' }, instructions: 'Rhyme.', route: 'gone-model' },
  ],
};

async function open({ start, dataDir }: ServerPlace) {
  const provider = new ScriptedProvider();
  const file = join(dataDir, 'personas.json');
  await writeFile(file, JSON.stringify(PERSONAS));
  const environment = { PERSONAS_FILE: file, HILO_LOCALE: 'en' };
  const server = await start({ providers: providersOf(provider), environment });
  return { provider, server, client: await guest(server) };
}

/** What the model is sent for a message, and what its sender is told at the start. */
async function sent(client: GuestClient, provider: ScriptedProvider, input: object) {
  const id = client.send('chat.send', { text: 'hello', ...input });
  const call = await provider.next();
  const started = await client.notification('chat.started');
  call.say('yes');
  call.end();
  const { result } = await client.response(id);
  return { request: call.request, started: started.params ?? {}, conversation: result?.['conversation'] };
}

onBoth('the system prompt, then persona, folder and conversation, in this order', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  const plain = await sent(client, provider, {});
  const system = plain.request.messages[0]?.content ?? '';
  const { id: folder } = await client.call('folders.create', { name: 'Work', instructions: 'In our words.' });
  const settings = { persona: 'tutor', folder, instructions: 'Two sentences.' };
  const { id: conversation } = await client.call('conversations.create', settings);
  const told = await sent(client, provider, { conversation });
  const all = [system, 'Be a tutor.', 'In our words.', 'Two sentences.'];
  assert.equal(told.request.messages[0]?.content, all.join('\n\n'));
  assert.equal(told.request.model, 'other-model', "the persona's route");
  await client.call('folders.update', { folder, instructions: '' });
  await client.call('conversations.update', { conversation, instructions: 'One.', persona: null });
  const changed = await sent(client, provider, { conversation });
  assert.equal(changed.request.messages[0]?.content, `${system}\n\nOne.`);
  assert.equal(changed.request.model, 'test-model');
});

onBoth('its own route is used where the message names none, and it says when it cannot be', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  const { id: conversation } = await client.call('conversations.create', { route: 'other-model' });
  const own = await sent(client, provider, { conversation });
  assert.deepEqual([own.request.model, own.started['unavailable']], ['other-model', undefined]);
  const named = await sent(client, provider, { conversation, model: 'test-model' });
  assert.equal(named.request.model, 'test-model');
  await client.call('conversations.update', { conversation, route: null, persona: 'poet' });
  const without = await sent(client, provider, { conversation });
  assert.deepEqual([without.request.model, without.started['unavailable']], ['test-model', 'gone-model']);
  assert.equal(
    await client.failure('conversations.update', { conversation, persona: 'nobody' }),
    'not_found',
  );
});

onBoth('what comes with a first message is set for its conversation, and for no other one', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  const settings = { persona: 'tutor', instructions: 'Two sentences.' };
  const first = await sent(client, provider, { settings });
  const { conversation } = first;
  assert.match(first.request.messages[0]?.content ?? '', /Be a tutor\.\n\nTwo sentences\.$/);
  assert.equal(first.request.model, 'other-model');
  const listed = (await client.call('conversations.list'))['conversations'] as { persona: string }[];
  assert.deepEqual([listed.length, listed[0]?.persona], [1, 'tutor']);
  const kept = await client.call('conversations.get', { conversation });
  assert.equal(kept['instructions'], 'Two sentences.');
  const next = await sent(client, provider, { conversation, settings: { instructions: 'Other.' } });
  assert.match(next.request.messages[0]?.content ?? '', /Two sentences\.$/);
  await client.call('chat.new', { temporary: true });
  const temporary = await sent(client, provider, { settings: { instructions: 'Between us.' } });
  assert.match(temporary.request.messages[0]?.content ?? '', /Between us\.$/);
});

onBoth('a first message that is refused leaves nothing of what came with it', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  await client.call('chat.new');
  for (const settings of [{ persona: 'nobody' }, { route: 'gone-model' }]) {
    assert.equal(await client.failure('chat.send', { text: 'hello', settings }), 'not_found');
  }
  const id = client.send('chat.send', { text: 'hello', settings: { instructions: 'Be brief.' } });
  const call = await provider.next();
  call.fail(new LlmError('bad_request', 'Broken'));
  assert.ok((await client.response(id)).error);
  assert.deepEqual((await client.call('conversations.list'))['conversations'], []);
});

onBoth('instructions are cut where they do not fit, and the message has its room', async (place) => {
  const { client, provider } = await open(place);
  using _ = client;
  const instructions = 'many words '.repeat(360);
  const { id: conversation } = await client.call('conversations.create', { instructions });
  await client.call('conversations.update', { conversation, instructions });
  const { id: folder } = await client.call('folders.create', { name: 'f', instructions });
  await client.call('conversations.update', { conversation, folder });
  const { request } = await sent(client, provider, { conversation, text: 'x '.repeat(200) });
  const [system, message] = request.messages;
  assert.ok((system?.content.length ?? 0) < 8_000);
  assert.ok(system?.content.includes('many words many words'));
  assert.equal(message?.content.length, 399);
});

onBoth('a closed conversation takes no message until it is opened again', async (place) => {
  const { client, provider, server } = await open(place);
  using _ = client;
  const { conversation } = await sent(client, provider, {});
  for (const status of ['closed', 'archived']) {
    await client.call('conversations.update', { conversation, status });
    assert.equal(await client.failure('chat.send', { text: 'more' }), 'conversation_closed');
  }
  await client.call('conversations.update', { conversation, status: 'open' });
  assert.equal((await sent(client, provider, {})).conversation, conversation);
  using person = await LineClient.open(server.port);
  person.send('/lang es\n/personas\n');
  await person.until('tutor  Profesora\npoet  Poeta\n');
});

onBoth('a file of personas with faults is refused, each with its place', async ({ dataDir }) => {
  const file = join(dataDir, 'faulty.json');
  const [tutor] = PERSONAS.personas;
  const faulty = [{ ...tutor, name: { en: 'Tutor' } }, tutor, tutor];
  await writeFile(file, JSON.stringify({ personas: faulty }));
  assert.throws(
    () => readServerConfig({ PERSONAS_FILE: file }),
    (error) => error instanceof EnvironmentError && /personas\[0\]\.name\.es: /.test(error.message),
  );
  await writeFile(file, JSON.stringify({ personas: [tutor, tutor] }));
  assert.throws(() => readServerConfig({ PERSONAS_FILE: file }), /personas\[1\]\.id: "tutor" is there twice/);
});
