/** Conversations in lists and folders, and their end: on a running server, on both databases. */
import assert from 'node:assert/strict';
import { bytesIn } from './support/bytes-in.ts';
import { bothServers, guest } from './support/both-servers.ts';
import { LineClient } from './support/line-client.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';

const onBoth = bothServers();
const ECHO = { providers: providersOf(new EchoProvider()) };

type Summary = Record<string, unknown> & { id: string; title: string };

async function list(client: RpcClient, input: object = {}) {
  const page = await client.call('conversations.list', input);
  return {
    titles: (page['conversations'] as Summary[]).map(({ title }) => title),
    ids: (page['conversations'] as Summary[]).map(({ id }) => id),
    cursor: page['nextCursor'] as string | undefined,
  };
}

function create(client: RpcClient, title: string, more: object = {}): Promise<Summary> {
  return client.call('conversations.create', { title, ...more }) as Promise<Summary>;
}

async function begin(client: RpcClient, text: string): Promise<string> {
  await client.call('chat.new');
  return String((await client.call('chat.send', { text }))['conversation']);
}

onBoth('newest first, in pages, pinned ones before all others', async ({ start }) => {
  using client = await guest(await start(ECHO));
  const titles = ['one', 'two', 'three', 'four', 'five'];
  const ids: string[] = [];
  for (const title of titles) ids.push((await create(client, title)).id);
  const pinned = await client.call('conversations.update', { conversation: ids[1], pinned: true });
  assert.equal(pinned['pinned'], true);
  await client.call('conversations.update', { conversation: ids[2], status: 'archived' });
  const first = await list(client, { limit: 2 });
  assert.deepEqual(first.titles, ['two', 'five', 'four']);
  const second = await list(client, { limit: 2, cursor: first.cursor });
  assert.deepEqual([second.titles, second.cursor], [['one'], undefined]);
  assert.deepEqual((await list(client, { status: 'archived' })).titles, ['three']);
  assert.deepEqual((await list(client, { status: 'closed' })).titles, []);
  for (const cursor of ['x', Buffer.from('1.2; drop').toString('base64url'), '..']) {
    assert.equal(await client.failure('conversations.list', { cursor }), 'cursor_unknown');
  }
});

onBoth('a conversation that was created gets its title from the first words', async (place) => {
  using client = await guest(await place.start(ECHO));
  const said = await begin(client, 'where is the sea');
  const { conversations } = await client.call('conversations.list');
  const [summary] = conversations as Summary[];
  assert.deepEqual([summary?.id, summary?.title, summary?.['status']], [said, 'where is the sea', 'open']);
  await client.call('conversations.update', { conversation: said, title: '  By the\nsea ' });
  assert.deepEqual((await list(client)).titles, ['By the sea']);
  await client.call('chat.send', { text: 'other words' });
  assert.deepEqual((await list(client)).titles, ['By the sea']);
});

onBoth('folders hold conversations, and deleting one keeps them', async ({ start }) => {
  using client = await guest(await start(ECHO));
  const folder = await client.call('folders.create', { name: 'Travel', instructions: 'Be brief' });
  const { id } = folder as Summary;
  await create(client, 'inside', { folder: id });
  await create(client, 'outside');
  assert.deepEqual((await list(client, { folder: id })).titles, ['inside']);
  await client.call('folders.update', { folder: id, name: 'Trips' });
  assert.deepEqual(await client.call('folders.list'), { folders: [{ ...folder, name: 'Trips' }] });
  assert.deepEqual(await client.call('folders.delete', { folder: id }), { deleted: id });
  assert.deepEqual((await list(client)).titles, ['outside', 'inside']);
  assert.equal(await client.failure('conversations.list', { folder: id }), 'not_found');
});

onBoth('of another guest there is no conversation and no folder', async ({ start }) => {
  const server = await start(ECHO);
  using owner = await guest(server);
  using stranger = await guest(server);
  const { id: folder } = (await owner.call('folders.create', { name: 'Mine' })) as Summary;
  const { id: conversation } = await create(owner, 'secret');
  await create(stranger, 'own');
  assert.deepEqual((await list(stranger)).titles, ['own']);
  for (const [name, input] of [
    ['conversations.update', { conversation, title: 'taken' }],
    ['conversations.delete', { conversation }],
    ['conversations.list', { folder }],
    ['conversations.create', { folder }],
    ['folders.update', { folder, name: 'taken' }],
    ['folders.delete', { folder }],
  ] as const) {
    assert.equal(await stranger.failure(name, input), 'not_found', name);
  }
  assert.equal(await owner.failure('conversations.update', { conversation, route: 'no-such' }), 'not_found');
  assert.deepEqual((await list(owner)).titles, ['secret']);
});

onBoth('a guest that has only created one comes back to it after a restart', async ({ start }) => {
  const server = await start(ECHO);
  using client = await guest(server);
  const { id } = await create(client, 'kept');
  await server.drain();
  using again = await guest(await start(ECHO), client.guestToken);
  assert.deepEqual((await list(again)).ids, [id]);
});

onBoth('deleting says what went, and the ledger says of each exchange that it is erased', async (place) => {
  const server = await place.start(ECHO);
  using client = await guest(server);
  const conversation = await begin(client, 'unmistakable beginning');
  for (let turn = 0; turn < 120; turn += 1) await client.call('chat.send', { text: `unmistakable ${turn}` });
  const kept = await begin(client, 'something else');
  assert.deepEqual(await client.call('conversations.delete', { conversation }), {
    deleted: conversation,
    messages: 242,
    erased: true,
  });
  assert.deepEqual((await list(client)).ids, [kept]);
  assert.equal(await client.failure('conversations.delete', { conversation }), 'not_found');
  const { rows } = await client.call('credits.statement', { limit: 200 });
  const erased = (rows as { type: string }[]).filter(({ type }) => type === 'erase');
  assert.equal(erased.length, 121);
  assert.equal((await bytesIn(place.dataDir)).includes('unmistakable'), false);
  assert.equal((await client.call('chat.history'))['conversation'], kept);
});

onBoth('a message that is answered while its conversation is deleted is erased with it', async (place) => {
  const server = await place.start(ECHO);
  using client = await guest(server);
  const conversation = await begin(client, 'first');
  const sending = client.send('chat.send', { text: 'second' });
  const deleting = client.send('conversations.delete', { conversation });
  const answers = [await client.next(), await client.next()];
  while (!answers.some(({ id }) => id === sending) || !answers.some(({ id }) => id === deleting)) {
    answers.push(await client.next());
  }
  assert.equal(answers.find(({ id }) => id === deleting)?.result?.['deleted'], conversation);
  assert.deepEqual((await list(client)).ids, []);
});

onBoth(
  'other sessions of the owner hear of what has changed, and those of others do not',
  async ({ start }) => {
    const server = await start(ECHO);
    using one = await guest(server);
    using two = await guest(server, one.guestToken);
    using stranger = await guest(server);
    const created = await create(one, 'new');
    const heard = await two.notification('conversation.changed');
    assert.deepEqual(heard.params?.['conversation'], created);
    await one.call('conversations.update', { conversation: created.id, pinned: true });
    const { conversation } = (await two.notification('conversation.changed')).params ?? {};
    assert.equal((conversation as Summary)['pinned'], true);
    await two.call('conversations.delete', { conversation: created.id });
    assert.equal((await one.notification('conversation.changed')).params?.['deleted'], created.id);
    await stranger.call('server.ping');
    assert.ok(stranger.messages.every(({ method }) => method === undefined));
  },
);

onBoth('on the text face numbers of the last list are enough', async ({ start }) => {
  const server = await start(ECHO);
  using client = await LineClient.open(server.port);
  client.send('/lang en\nhello there\n/conversations\n');
  await client.until('  1  ');
  client.send('/rename 1 A walk\n/pin 1\n/close .\n/conversations\n/rename 2 nothing\n');
  await client.until('FAIL rename not_found');
  assert.match(client.received, /\nA walk\nA walk \(pinned\)\nA walk \(pinned, closed\)\n {2}1 /);
  client.send('/delete 1\n/conversations\n');
  await client.until('No conversations.');
  assert.match(client.received, /Deleted, with 2 messages\./);
});
