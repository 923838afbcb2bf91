/** Conversations that leave the server, that come from elsewhere, and that others may read. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bothServers, guest, type GuestClient } from './support/both-servers.ts';
import { everythingKept } from './support/everything-kept.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';

const onBoth = bothServers();
const ECHO = { providers: providersOf(new EchoProvider()) };

interface Message {
  readonly id: string;
  readonly parent?: string;
  readonly role: string;
  readonly text: string;
}

async function say(client: GuestClient, text: string) {
  const { conversation, answerMessage, receipt } = await client.call('chat.send', { text });
  const exchange = (receipt as { index: number }).index;
  return { conversation: String(conversation), answer: String(answerMessage), exchange };
}

async function exported(client: GuestClient, conversation: string, format: string): Promise<string> {
  let file = '';
  let more: object = {};
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await client.call('conversations.export', { conversation, format, ...more });
    file += String(page['text']);
    if (page['nextCursor'] === undefined) return file;
    more = { cursor: page['nextCursor'] };
  }
  return assert.fail('there is no end');
}

onBoth('the pages of an export are one file, which can be imported again', async ({ start }) => {
  const environment = { LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1000000' };
  using client = await guest(await start({ ...ECHO, environment }));
  const long = 'x'.repeat(5_000);
  const { conversation } = await say(client, 'first');
  for (let turn = 0; turn < 8; turn += 1) await say(client, `${turn} ${long}`);
  await client.call('chat.regenerate');
  const file = JSON.parse(await exported(client, conversation, 'json')) as { messages: Message[] };
  assert.equal(file.messages.length, 19);
  const imported = await client.call('conversations.import', { data: JSON.stringify(file) });
  const [copy] = imported['conversations'] as { id: string; title: string }[];
  assert.deepEqual([copy?.title, imported['messages']], ['first', 19]);
  const again = JSON.parse(await exported(client, copy?.id ?? '', 'json')) as { messages: Message[] };
  const shape = ({ messages }: { messages: Message[] }) =>
    messages.map(({ parent, role, text }) => [messages.findIndex(({ id }) => id === parent), role, text]);
  assert.deepEqual(shape(again), shape(file));
  const markdown = await exported(client, conversation, 'markdown');
  assert.ok(markdown.startsWith('# first\n\n## You · '));
  assert.equal(markdown.split('*another version*').length, 2);
});

onBoth('an imported conversation goes on, is found, and is deleted like every other', async ({ start }) => {
  using client = await guest(await start(ECHO));
  for (const name of ['chatgpt.json', 'open-webui.json']) {
    const data = await readFile(new URL(`fixtures/imports/${name}`, import.meta.url), 'utf8');
    await client.call('conversations.import', { data });
  }
  const { results } = await client.call('conversations.search', { query: 'rye' });
  const [hit] = results as { conversation: string; title: string }[];
  assert.equal(hit?.title, 'Bread');
  await client.call('conversations.open', { conversation: hit.conversation });
  const { turns } = await client.call('chat.history');
  assert.equal((turns as { user: string }[]).at(-1)?.user, 'And rye?');
  await client.call('conversations.update', { conversation: hit.conversation, status: 'open' });
  assert.equal((await say(client, 'Thanks')).conversation, hit.conversation);
  await client.call('conversations.delete', { conversation: hit.conversation });
  assert.deepEqual((await client.call('conversations.search', { query: 'rye' }))['results'], []);
  const refused = await client.response(client.send('conversations.import', { data: '[{"mapping":{}},7]' }));
  assert.deepEqual(refused.error?.data['reason'], 'import_refused');
  assert.ok(refused.error?.message.includes('[1]'));
  const { conversations } = await client.call('conversations.list', { limit: 100 });
  assert.equal((conversations as unknown[]).length, 1, 'nothing of a file with a fault was taken over');
});

onBoth('a link shows one branch up to a message, until it is withdrawn or erased', async ({ start }) => {
  const server = await start(ECHO);
  using client = await guest(server);
  using anyone = await guest(server);
  const { conversation } = await say(client, 'one');
  const { answer } = await say(client, 'two');
  await client.call('chat.edit', { text: 'hidden branch' });
  await say(client, 'hidden end');
  const { share, title } = await client.call('conversations.share', { conversation, message: answer });
  const read = async (more: object = {}) =>
    (await anyone.call('share.read', { share, ...more }))['messages'] as Message[];
  assert.deepEqual(
    (await read()).map(({ role, text }) => [role, text]),
    [
      ['user', 'one'],
      ['assistant', 'echo: one'],
      ['user', 'two'],
      ['assistant', 'echo: two'],
    ],
  );
  assert.equal(title, 'one');
  // The messages beside the branch have numbers as well.
  for (let number = 1; number < 40; number += 1) {
    const cursor = Buffer.from(`0.${number}`).toString('base64url');
    const { result } = await anyone.response(anyone.send('share.read', { share, cursor }));
    assert.equal(JSON.stringify(result ?? '').includes('hidden'), false);
  }
  assert.equal(((await client.call('conversations.shares'))['shares'] as unknown[]).length, 1);
  using stranger = await guest(server);
  assert.equal(await stranger.failure('conversations.unshare', { share }), 'not_found');
  assert.equal(await stranger.failure('conversations.share', { conversation }), 'not_found');
  const other = await say(stranger, 'theirs');
  assert.equal(
    await client.failure('conversations.share', { conversation, message: other.answer }),
    'not_found',
  );
  await client.call('conversations.unshare', { share });
  assert.equal(await anyone.failure('share.read', { share }), 'not_found');
  const { share: second } = await client.call('conversations.share', { conversation });
  await client.call('conversations.delete', { conversation });
  assert.equal(await anyone.failure('share.read', { share: second }), 'not_found');
});

onBoth(
  'a link keeps the title that its conversation had, until what it was made of is erased',
  async (place) => {
    const server = await place.start(ECHO);
    using client = await guest(server);
    using anyone = await guest(server);
    const link = async (conversation: string) =>
      String((await client.call('conversations.share', { conversation }))['share']);
    const read = async (share: string) => (await anyone.call('share.read', { share }))['title'];
    const { conversation, exchange } = await say(client, 'first words');
    await say(client, 'more');
    const first = await link(conversation);
    await client.call('conversations.update', { conversation, title: 'Later' });
    const second = await link(conversation);
    assert.deepEqual([await read(first), await read(second)], ['first words', 'Later']);
    const { shares } = await client.call('conversations.shares');
    assert.deepEqual((shares as { title: string }[]).map(({ title }) => title).toSorted(), [
      'Later',
      'first words',
    ]);
    await client.call('ledger.erase', { exchange });
    assert.deepEqual([await read(first), await read(second)], ['', 'Later'], 'its owner gave the later one');
    const marker = `k${randomBytes(12).toString('hex')}`;
    await client.call('conversations.update', { conversation, title: marker });
    const third = await link(conversation);
    await client.call('conversations.update', { conversation, title: 'Last' });
    assert.ok((await everythingKept(place)).includes(marker.slice(-20)));
    await client.call('conversations.unshare', { share: third });
    assert.equal((await everythingKept(place)).includes(marker.slice(-20)), false);
  },
);

onBoth('everything can be taken along, and everything can be erased', async ({ start }) => {
  const server = await start(ECHO);
  using client = await guest(server);
  const travel = { name: 'Travel', instructions: 'Be brief' };
  const { id: folder } = await client.call('folders.create', travel);
  const said: string[] = [];
  for (let number = 0; number < 4; number += 1) {
    await client.call('chat.new');
    said.push(`said ${number} ${'y'.repeat(6_000)}`);
    const { conversation } = await say(client, said.at(-1) ?? '');
    if (number < 2) await client.call('conversations.update', { conversation, folder });
  }
  let file = '';
  let pages = 0;
  for (let cursor: unknown = undefined; pages === 0 || cursor !== undefined; pages += 1) {
    const page = await client.call('users.export', cursor === undefined ? {} : { cursor });
    file += String(page['text']);
    cursor = page['nextCursor'];
  }
  assert.ok(pages > 1);
  const lines = file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const count = (type: string) => lines.filter((line) => line['type'] === type).length;
  assert.deepEqual(['profile', 'folder', 'conversation', 'message'].map(count), [1, 1, 4, 8]);
  assert.equal(lines.filter(({ entry }) => entry === 'charge').length, 4);
  for (const text of said) assert.ok(lines.some((line) => line['text'] === text));
  await takenOver(server, file, travel);
  const erased = await client.call('conversations.eraseAll');
  assert.deepEqual([erased['conversations'], erased['erased']], [4, 4]);
  assert.deepEqual((await client.call('conversations.list'))['conversations'], []);
  assert.deepEqual((await client.call('folders.list'))['folders'], []);
});

/** Somebody else takes the file over, twice: the folder comes along, and is there once. */
async function takenOver(server: { readonly port: number }, file: string, folder: object): Promise<void> {
  using client = await guest(server);
  using device = await guest(server, client.guestToken);
  await device.call('conversations.list');
  const data = file.replaceAll(/y{100,}/g, 'y');
  for (const all of [2, 4]) {
    await client.call('conversations.import', { data });
    const { folders } = await client.call('folders.list');
    const [only, another] = folders as { id: string; name: string; instructions: string }[];
    assert.deepEqual([{ name: only?.name, instructions: only?.instructions }, another], [folder, undefined]);
    const { conversations } = await client.call('conversations.list', { folder: only?.id, limit: 100 });
    assert.equal((conversations as unknown[]).length, all);
  }
  for (;;) {
    const { params } = await device.notification('conversation.changed');
    if (params?.['conversation'] === undefined) return; // Read the list again, with its folders.
  }
}

onBoth('an import whose folders would be too many takes over nothing', async ({ start }) => {
  const environment = { LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1000000' };
  using client = await guest(await start({ ...ECHO, environment }));
  const { text } = await client.call('conversations.export', {
    conversation: (await say(client, 'one')).conversation,
    format: 'json',
  });
  const one = JSON.parse(String(text)) as object;
  const many = (count: number) =>
    JSON.stringify(
      Array.from({ length: count }, (_, index) => ({
        ...one,
        folder: { name: `F${index}`, instructions: '' },
      })),
    );
  await client.call('conversations.import', { data: many(100) });
  for (let index = 100; index < 199; index += 1) await client.call('folders.create', { name: `F${index}` });
  assert.equal(
    await client.failure('conversations.import', { data: many(100).replaceAll('F', 'G') }),
    'too_many_kept',
  );
  const { folders } = await client.call('folders.list');
  assert.equal((folders as unknown[]).length, 199);
});

const MANY = 1_000;

onBoth('a thousand conversations in one file arrive whole and in their order', async ({ start }) => {
  const server = await start({ ...ECHO, environment: { LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1000000' } });
  using client = await guest(server);
  const time = '2026-11-30T09:00:00.000Z';
  const head = { format: 'hilo-conversation', version: 1, status: 'open', pinned: false, instructions: '' };
  const lines = Array.from({ length: MANY }, (_, index) => {
    const [id, text] = [`c${index}`, `said ${index}`];
    const conversation = { ...head, type: 'conversation', id, title: id, createdAt: time, updatedAt: time };
    const message = { type: 'message', conversation: id, id, role: 'user', text, createdAt: time };
    return `${JSON.stringify(conversation)}\n${JSON.stringify(message)}\n`;
  });
  const { conversations, messages } = await client.call('conversations.import', { data: lines.join('') });
  const titles = (conversations as { title: string }[]).map(({ title }) => title);
  assert.deepEqual([titles.length, titles[0], titles.at(-1), messages], [MANY, 'c0', `c${MANY - 1}`, MANY]);
  const listed = await client.call('conversations.search', { query: `"said ${MANY - 1}"` });
  assert.equal((listed['results'] as unknown[]).length, 1);
});

onBoth('what was imported is erased with what was said after it', async ({ start }) => {
  const server = await start(ECHO);
  using client = await guest(server);
  const data = await readFile(new URL('fixtures/imports/chatgpt.json', import.meta.url), 'utf8');
  const imported = await client.call('conversations.import', { data });
  const [{ id: conversation } = { id: '' }] = imported['conversations'] as { id: string }[];
  await client.call('conversations.open', { conversation });
  await say(client, 'and further');
  const texts = async () => {
    const { messages } = await client.call('conversations.messages', { conversation });
    return (messages as Message[]).map(({ text }) => text);
  };
  const before = await texts();
  assert.ok(before.length > 3 && before.every((text) => text !== ''));
  using stranger = await guest(server);
  assert.equal(await stranger.failure('chat.erase', { conversation }), 'not_found');
  assert.deepEqual(await texts(), before);
  const { erased, left } = await client.call('chat.erase', { conversation });
  assert.ok(Number(erased) > before.length - 2, 'each imported message of all branches, and one exchange');
  assert.equal(left, 0);
  assert.ok((await texts()).every((text) => text === ''));
  const [word = ''] = before[0]?.split(' ') ?? [];
  assert.deepEqual((await client.call('conversations.search', { query: word }))['results'], []);
  const { conversation: same, answer } = await say(client, 'nothing is left');
  assert.deepEqual([same, Number(answer) > 0], [conversation, true]);
});

onBoth('a user takes over what the guest has kept, and the guest has it no more', async ({ start }) => {
  const server = await start(ECHO);
  using visitor = await guest(server);
  const { conversation } = await say(visitor, 'from before');
  const { id: folder } = await visitor.call('folders.create', { name: 'Old' });
  using person = await guest(server);
  const password = 'correct horse battery staple';
  const registered = await person.call('auth.register', { email: 'ana@example.org', password, name: 'Ana' });
  await person.call('session.authenticate', { key: registered['accessToken'] });
  using other = await guest(server);
  await other.call('session.authenticate', { key: registered['accessToken'] });
  await other.call('conversations.list');
  const { guestToken } = visitor;
  const counted = () => person.call('conversations.adoptable', { guestToken });
  assert.deepEqual(await counted(), { conversations: 1, folders: 1 });
  const adopted = await person.call('conversations.adopt', { guestToken });
  assert.deepEqual(await counted(), { conversations: 0, folders: 0 });
  assert.equal(await person.failure('conversations.adoptable', { guestToken: 'nobody' }), 'not_found');
  const { params } = await other.notification('conversation.changed');
  assert.deepEqual(Object.keys(params ?? {}), ['seq'], 'read the list again');
  assert.deepEqual(adopted, { adopted: 1 });
  const titles = async (client: GuestClient) =>
    ((await client.call('conversations.list'))['conversations'] as { title: string }[]).map(
      (one) => one.title,
    );
  assert.deepEqual(await titles(person), ['from before']);
  assert.deepEqual(await titles(visitor), []);
  assert.equal(((await person.call('folders.list'))['folders'] as { id: string }[])[0]?.id, folder);
  const found = await person.call('conversations.search', { query: 'before' });
  assert.equal((found['results'] as unknown[]).length, 3);
  await say(visitor, 'after that, before nothing');
  assert.equal(
    ((await person.call('conversations.search', { query: 'nothing' }))['results'] as []).length,
    0,
  );
  assert.equal(
    ((await visitor.call('conversations.search', { query: 'nothing' }))['results'] as []).length,
    3,
  );
  await person.call('conversations.delete', { conversation });
  assert.deepEqual(await titles(person), []);
});

/** All pages of `users.export`. */
async function everything(client: GuestClient): Promise<string> {
  let file = '';
  let cursor: unknown;
  do {
    const page = await client.call('users.export', cursor === undefined ? {} : { cursor });
    file += String(page['text']);
    cursor = page['nextCursor'];
  } while (cursor !== undefined);
  return file;
}

/** What somebody has, without the ids that every server gives anew: its parent's text names a message. */
async function having(client: GuestClient): Promise<string[]> {
  const lines = (await everything(client))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const kept = lines.filter(({ type }) => type === 'conversation' || type === 'message');
  const words = new Map(kept.map(({ id, title, text }) => [id, title ?? text]));
  return kept
    .map(({ parent, conversation, ...rest }) => {
      const named = { parent: words.get(parent), conversation: words.get(conversation) };
      return { ...rest, ...named, id: undefined, route: undefined };
    })
    .map((line) => JSON.stringify(line))
    .sort();
}

onBoth('what users.export gives of everything can be imported into another Hilo', async ({ start }) => {
  const server = await start(ECHO);
  using client = await guest(server);
  const { conversation } = await say(client, 'the first');
  await say(client, 'and further');
  const { messages } = await client.call('conversations.messages', { conversation });
  await client.call('chat.edit', { message: (messages as Message[])[0]?.id, text: 'another version' });
  await client.call('chat.new');
  await say(client, 'the second');
  await client.call('conversations.update', { conversation, title: 'Kept', pinned: true, status: 'closed' });
  using stranger = await guest(server);
  const data = await everything(client);
  const imported = await stranger.call('conversations.import', { data });
  assert.equal((imported['conversations'] as unknown[]).length, 2);
  assert.equal(imported['retention'], undefined);
  assert.deepEqual(await having(stranger), await having(client));
  const damaged = data.replace(/\n\{"type":"message".*\n/, '\n{"type":"mess\n');
  const refused = await stranger.response(stranger.send('conversations.import', { data: damaged }));
  assert.equal(refused.error?.message, 'That cannot be imported: line 3: the line is not a JSON object');
});

onBoth(
  'what is exported of a user names language and retention; import says what is deleted soon',
  async (place) => {
    const server = await place.start({ ...ECHO, environment: { RETENTION_DAYS: '3000' } });
    using person = await guest(server);
    const password = 'correct horse battery staple';
    const made = await person.call('auth.register', { email: 'ana@example.org', password });
    await person.call('session.authenticate', { key: made['accessToken'] });
    await person.call('users.update', { retentionDays: 100, locale: 'es' });
    const [line = ''] = (await everything(person)).split('\n');
    const profile = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual(
      [profile['locale'], profile['retentionDays'], profile['email']],
      ['es', 100, 'ana@example.org'],
    );
    const data = await readFile(new URL('fixtures/imports/chatgpt.json', import.meta.url), 'utf8');
    const { messages, retention } = await person.call('conversations.import', { data });
    const { at, ...soon } = retention as { at: string };
    assert.deepEqual(soon, { days: 100, conversations: 1, messages });
    assert.ok(Date.parse(at) > Date.now() - 60_000);
    using visitor = await guest(server);
    assert.equal((await visitor.call('conversations.import', { data }))['retention'], undefined);
  },
);
