/** A marker in everything that a person can write about a conversation: deleted, it is nowhere. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { everythingKept as everything } from './support/everything-kept.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';

const onBoth = bothServers();

async function say(client: GuestClient, provider: ScriptedProvider, input: object, answer: string) {
  const id = client.send('chat.send', input);
  const call = await provider.next();
  call.say(answer);
  call.end();
  const { result } = await client.response(id);
  return { conversation: String(result?.['conversation']), request: call.request };
}

onBoth('a deleted conversation, with its title, instructions, branches, links and imports', async (place) => {
  const provider = new ScriptedProvider();
  const server = await place.start({ providers: providersOf(provider) });
  using client = await guest(server);
  const marker = `k${randomBytes(12).toString('hex')}`;
  const { conversation } = await say(client, provider, { text: `first ${marker}` }, `answer ${marker}`);
  const regenerating = client.send('chat.regenerate', {});
  const again = await provider.next();
  again.say(`second ${marker}`);
  again.end();
  await client.response(regenerating);
  const settings = { title: `Title ${marker}`, instructions: `Say ${marker}` };
  await client.call('conversations.update', { conversation, ...settings });
  const told = await say(client, provider, { text: 'more' }, 'yes');
  assert.ok(JSON.stringify(told.request.messages).includes(marker), 'the model is told');
  const { share } = await client.call('conversations.share', { conversation });
  const { text } = await client.call('conversations.export', { conversation, format: 'json' });
  const imported = await client.call('conversations.import', { data: text });
  const [copy] = imported['conversations'] as { id: string }[];
  await client.call('conversations.list');
  const found = await client.call('conversations.search', { query: marker });
  assert.ok((found['results'] as unknown[]).length >= 6);
  const suffix = marker.slice(-20);
  assert.ok((await everything(place)).includes(suffix));
  for (const id of [conversation, copy?.id]) {
    assert.equal((await client.call('conversations.delete', { conversation: id }))['erased'], true);
  }
  assert.equal((await everything(place)).includes(suffix), false, 'on the disk, or in a table');
  const seen = [
    await client.call('conversations.list'),
    (await client.call('conversations.search', { query: marker }))['results'],
    (await client.call('users.export'))['text'],
    await client.call('conversations.shares'),
    (await say(client, provider, { text: 'what did I say?' }, 'nothing')).request.messages,
  ];
  assert.equal(JSON.stringify(seen).includes(marker), false, 'in what is sent');
  assert.equal(await client.failure('share.read', { share }), 'not_found');
  using later = await guest(server, client.guestToken);
  assert.equal(JSON.stringify(await later.call('chat.history')).includes(marker), false);
});

onBoth('without its first words a conversation is named by those that are left', async (place) => {
  const provider = new ScriptedProvider();
  const server = await place.start({ providers: providersOf(provider) });
  using client = await guest(server);
  const titles = async () => {
    const { conversations } = await client.call('conversations.list');
    return (conversations as { title: string }[]).map(({ title }) => title);
  };
  const exchanges: number[] = [];
  for (const text of ['first words', 'other words', 'last words']) {
    const id = client.send('chat.send', { text });
    const call = await provider.next();
    call.say('yes');
    call.end();
    const { receipt } = (await client.response(id)).result ?? {};
    exchanges.push((receipt as { index: number }).index);
  }
  const seen = [await titles()];
  for (const exchange of exchanges) {
    await client.call('ledger.erase', { exchange });
    seen.push(await titles());
  }
  assert.deepEqual(seen, [['first words'], ['other words'], ['last words'], ['']]);
});

onBoth('everything of a person: folders with their instructions as well', async (place) => {
  const provider = new ScriptedProvider();
  const server = await place.start({ providers: providersOf(provider) });
  using client = await guest(server);
  const marker = `k${randomBytes(12).toString('hex')}`;
  const { id: folder } = await client.call('folders.create', {
    name: `Name ${marker}`,
    instructions: `Tell ${marker}`,
  });
  const { id: conversation } = await client.call('conversations.create', { folder, title: `T ${marker}` });
  const told = await say(client, provider, { conversation, text: `hello ${marker}` }, `hi ${marker}`);
  assert.ok(told.request.messages[0]?.content.includes(`Tell ${marker}`));
  assert.ok((await everything(place)).includes(marker.slice(-20)));
  await client.call('conversations.eraseAll');
  const { request } = await say(client, provider, { text: 'next' }, 'yes');
  assert.equal(JSON.stringify(request.messages).includes(marker), false);
  for (let patience = 0; (await everything(place)).includes(marker.slice(-20)); patience += 1) {
    assert.ok(patience < 200, 'it is still there');
    await client.call('server.ping');
  }
});

const PASSWORD = 'a long sentence';

/** A user with the marker in everything that a person can write. */
async function everythingOfUser(place: ServerPlace, marker: string) {
  const provider = new ScriptedProvider();
  const server = await place.start({ providers: providersOf(provider) });
  const client = await guest(server);
  const email = `${marker.slice(0, 8)}@example.org`;
  const { accessToken } = await client.call('auth.register', { email, password: PASSWORD });
  await client.call('session.authenticate', { key: accessToken });
  const ask = async (name: string, input: object, answer = `answer ${marker}`) => {
    const id = client.send(name, input);
    const call = await provider.next();
    call.say(answer);
    call.end();
    const { result, error } = await client.response(id);
    assert.ok(result, JSON.stringify(error));
    return { result, request: call.request };
  };
  const { result: first } = await ask('chat.send', { text: `first ${marker}`, clientMessageId: 'm1' });
  const conversation = String(first['conversation']);
  await ask('chat.regenerate', {});
  await ask('chat.edit', { message: first['promptMessage'], text: `edited ${marker}` });
  return { server, provider, client, ask, conversation, first };
}

type OfUser = Awaited<ReturnType<typeof everythingOfUser>>;

async function settingsOfUser({ client, ask, conversation }: OfUser, marker: string): Promise<void> {
  const folder = { name: `Name ${marker}`, instructions: `Tell ${marker}` };
  const { id } = await client.call('folders.create', folder);
  const own = { title: `Title ${marker}`, instructions: `You are ${marker}`, folder: id };
  await client.call('conversations.update', { conversation, ...own });
  await client.call('conversations.share', { conversation });
  const { text } = await client.call('conversations.export', { conversation, format: 'json' });
  await client.call('conversations.import', { data: text });
  await client.call('chat.new', { temporary: true });
  await ask('chat.send', { text: `in passing ${marker}` });
  await client.call('conversations.open', { conversation });
  const { request } = await ask('chat.send', { text: 'and now?' });
  assert.ok(JSON.stringify(request.messages).includes(`You are ${marker}`), 'the model is told');
}

async function requireGone(place: ServerPlace, { server, provider, client }: OfUser, marker: string) {
  const suffix = marker.slice(-20);
  for (let patience = 0; (await everything(place)).includes(suffix); patience += 1) {
    assert.ok(patience < 200, 'it is still on the disk');
    await client.call('server.ping');
  }
  const seen = [
    await client.call('chat.history'),
    await client.call('conversations.list'),
    (await client.call('conversations.search', { query: marker }))['results'],
    (await client.call('users.export'))['text'],
    (await say(client, provider, { text: 'what did I say?' }, 'nothing')).request.messages,
  ];
  using later = await guest(server, client.guestToken);
  seen.push(await later.call('chat.history'));
  assert.equal(JSON.stringify(seen).includes(marker), false, 'in what is sent');
}

/** How each way of erasing is asked for. What a person wrote beside the messages stays with the first one. */
const WAYS: Readonly<Record<string, (user: OfUser) => Promise<unknown>>> = {
  async message({ client, first }) {
    const { index } = first['receipt'] as { index: number };
    await client.call('ledger.erase', { exchange: index });
    // The edited prompt is a message of its own.
    await client.call('chat.erase', {});
  },
  async 'conversation of each id'({ client }) {
    const { conversations } = await client.call('conversations.list');
    for (const { id } of conversations as { id: string }[]) {
      await client.call('conversations.delete', { conversation: id });
    }
    const { folders } = await client.call('folders.list');
    for (const { id } of folders as { id: string }[]) await client.call('folders.delete', { folder: id });
  },
  everything: ({ client }) => client.call('conversations.eraseAll'),
  account: ({ client }) => client.call('users.erase', { password: PASSWORD }),
};

for (const [way, erase] of Object.entries(WAYS)) {
  onBoth(`a user erases: ${way}`, async (place) => {
    const marker = `k${randomBytes(12).toString('hex')}`;
    const user = await everythingOfUser(place, marker);
    using _client = user.client;
    if (way !== 'message') await settingsOfUser(user, marker);
    assert.ok((await everything(place)).includes(marker.slice(-20)));
    await erase(user);
    await requireGone(place, user, marker);
  });
}
