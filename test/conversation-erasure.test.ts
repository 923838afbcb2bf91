/** A marker in everything that a person can write about a conversation: deleted, it is nowhere. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';

const onBoth = bothServers();

/** The tables as they are, with the words of the index, and all files of the data directory. */
async function everything({ dataDir, databaseUrl }: ServerPlace): Promise<string> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'latin1')),
  );
  const rows = databaseUrl === undefined ? rowsOfSqlite(dataDir) : await rowsOfPostgres(databaseUrl);
  return [...files, JSON.stringify(rows)].join('\n');
}

function rowsOfSqlite(dataDir: string): unknown[] {
  using database = new DatabaseSync(join(dataDir, 'hilo.sqlite'));
  database.exec("create virtual table temp.words using fts5vocab('main', 'message_search', 'row')");
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'message_search%'")
    .all();
  const rows = tables.flatMap(({ name }) => database.prepare(`select * from "${String(name)}"`).all());
  return [...rows, ...database.prepare('select term from words').all()];
}

async function rowsOfPostgres(connectionString: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const rows: unknown[] = [];
    for (const { name } of tables) {
      rows.push(...(await client.query<{ row: string }>(`select t::text as row from "${name}" t`)).rows);
    }
    return rows;
  } finally {
    await client.end();
  }
}

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
