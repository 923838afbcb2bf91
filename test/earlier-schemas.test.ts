/** A database that an earlier version has left, at each of its migrations, is opened with all that it has. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { storeMigrations } from '../server/store/migrate.ts';
import { STORE_FILE } from '../server/store/store.ts';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { EARLIER } from './support/earlier-rows.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';

const onBoth = bothServers();
const FOLDER = join(import.meta.dirname, 'fixtures/schemas');
const PEOPLE = '0003-people';

/** `generate-schemas.ts` makes the dump of a new migration. */
async function load(name: string, { dialect, dataDir, databaseUrl }: ServerPlace): Promise<void> {
  const dump = await readFile(join(FOLDER, `${name}.${dialect}.sql`), 'utf8');
  if (databaseUrl === undefined) {
    using database = new DatabaseSync(join(dataDir, STORE_FILE));
    database.exec(dump);
    return;
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(dump);
  await client.end();
}

async function assertThere(client: GuestClient, conversation: string, text: string): Promise<void> {
  const { conversations } = await client.call('conversations.list');
  const ids = (conversations as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(ids, [conversation]);
  const { messages } = await client.call('conversations.messages', { conversation });
  const said = (messages as { role: string; text: string }[]).map((one) => [one.role, one.text]);
  assert.deepEqual(said, [
    ['user', text],
    ['assistant', 'so be it'],
  ]);
  const sent = await client.call('chat.send', { conversation, text: 'and it goes on' });
  assert.equal(sent['conversation'], conversation);
  const { turns } = await client.call('chat.history');
  assert.equal((turns as unknown[]).length, 2, 'the model is told what was said before');
  // Older texts are indexed while the server runs.
  for (let patience = 0; ; patience += 1) {
    const { results } = await client.call('conversations.search', { query: 'remembered' });
    if ((results as { message?: unknown }[]).length > 1) break;
    assert.ok(patience < 500, 'it is not found');
  }
}

for (const name of Object.keys(storeMigrations('sqlite'))) {
  onBoth(`a database of ${name}`, async (place) => {
    await load(name, place);
    const server = await place.start({ providers: providersOf(new EchoProvider()) });
    using visitor = await guest(server, EARLIER.guestToken);
    assert.equal(visitor.guestToken, EARLIER.guestToken, 'the same guest');
    await visitor.call('conversations.open', { conversation: EARLIER.guestConversation });
    await assertThere(visitor, EARLIER.guestConversation, EARLIER.guestText);
    if (name < PEOPLE) return;
    using person = await guest(server);
    const { email, password, userConversation: conversation } = EARLIER;
    const { accessToken, user } = await person.call('auth.login', { email, password });
    assert.equal((user as { role: string }).role, 'admin');
    await person.call('session.authenticate', { key: accessToken });
    const opened = await person.call('conversations.open', { conversation });
    const { folder, pinned } = opened['conversation'] as { folder: string; pinned: boolean };
    const { folders } = await person.call('folders.list');
    const [known] = folders as { id: string; name: string }[];
    assert.deepEqual([known?.id, known?.name, pinned], [folder, EARLIER.folder, true]);
    const { messages, title } = await person.call('share.read', { share: EARLIER.share });
    assert.equal(title, EARLIER.userText);
    assert.equal((messages as unknown[]).length, 2);
    await assertThere(person, conversation, EARLIER.userText);
  });
}
