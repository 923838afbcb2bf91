/** What administrators see of the whole server and change, on every face, and that it is written down. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bothServers, type ServerPlace } from './support/both-servers.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';

const onBoth = bothServers();

type Records = readonly Record<string, unknown>[];

async function open(place: ServerPlace) {
  const server = await place.start({ providers: providersOf(new EchoProvider()) });
  const key = (await readFile(join(place.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  const operator = await RpcClient.open(server.port);
  await operator.call('session.authenticate', { key });
  return { server, operator };
}

async function pagesOf(
  client: RpcClient,
  name: string,
  member: string,
  input: object = {},
): Promise<Records> {
  const all: Record<string, unknown>[] = [];
  let cursor: unknown;
  do {
    const page = await client.call(name, { limit: 2, ...input, ...(cursor ? { cursor } : {}) });
    all.push(...(page[member] as Records));
    cursor = page['nextCursor'];
  } while (cursor !== undefined);
  return all;
}

onBoth(
  'users are found by a part of e-mail or name, by role, and by whether they are active',
  async (place) => {
    const { operator } = await open(place);
    using admin = operator;
    const make = (email: string, name: string, role = 'user') =>
      admin.call('users.create', { email, name, role, password: PASSWORD });
    await make('ana@example.org', 'Ana María');
    await make('ben_1@example.org', 'Ben');
    await make('benx1@example.org', 'Benx');
    await make('eva@example.org', 'Eva', 'admin');
    await admin.call('users.setActive', { user: 'ana@example.org', active: false });
    const emails = async (input: object) =>
      (await pagesOf(admin, 'users.list', 'users', input)).map(({ email }) => String(email).split('@')[0]);
    assert.deepEqual(await emails({}), ['ana', 'ben_1', 'benx1', 'eva']);
    assert.deepEqual(await emails({ query: 'MARÍA' }), ['ana']);
    assert.deepEqual(await emails({ query: 'ana ma' }), ['ana']);
    assert.deepEqual(await emails({ query: 'BEN_' }), ['ben_1'], 'nothing stands for any character');
    assert.deepEqual(await emails({ query: '%' }), []);
    assert.deepEqual(await emails({ role: 'admin' }), ['eva']);
    assert.deepEqual(await emails({ active: false }), ['ana']);
    assert.deepEqual(await emails({ active: true, query: 'ben' }), ['ben_1', 'benx1']);
  },
);

onBoth('keys of all users are listed and revoked, at once', async (place) => {
  const { server, operator } = await open(place);
  using admin = operator;
  const people = [await register(server), await register(server)];
  const keys: string[] = [];
  for (const person of people) {
    using client = await connectAs(server, person);
    for (const name of ['one', 'two'])
      keys.unshift(String((await client.call('keys.create', { name }))['key']));
  }
  const listed = await pagesOf(admin, 'admin.keys', 'keys');
  assert.deepEqual(
    listed.map(({ email, name }) => [email, name]),
    [1, 0].flatMap((index) => ['two', 'one'].map((name) => [people[index]?.email, name])),
  );
  assert.ok(!JSON.stringify(listed).includes(keys[0] ?? '?'), 'the keys themselves are not there');
  const own = await pagesOf(admin, 'admin.keys', 'keys', { user: people[0]?.email });
  assert.equal(own.length, 2);
  using program = await connectAs(server, { accessToken: keys[0] ?? '' });
  const ended = program.notification('session.signedOut');
  await admin.call('admin.revokeKey', { key: listed[0]?.['id'] });
  await ended;
  const { error } = await program.response(program.send('users.me', {}));
  assert.equal(error?.data['reason'], 'auth_required');
  assert.equal((await pagesOf(admin, 'admin.keys', 'keys')).length, 3);
});

onBoth('live sessions, routes and the ledger are shown as they are', async (place) => {
  const { server, operator } = await open(place);
  using admin = operator;
  const person = await register(server);
  const before = await admin.call('admin.live', {});
  using client = await connectAs(server, person);
  await client.call('session.hello', { client: 'my program', version: '1' });
  const { signedIn, sessions } = await admin.call('admin.live', {});
  assert.equal(Number(signedIn), Number(before['signedIn']) + 1);
  const own = (sessions as Records).find(({ client: name }) => String(name).startsWith('my program'));
  assert.deepEqual([own?.['email'], own?.['byKey'], own?.['running']], [person.email, false, 0]);
  const { routes, default: first } = await admin.call('admin.routes', {});
  assert.ok((routes as Records).some(({ id, breaker }) => id === first && breaker === 'closed'));
  const { entries } = await admin.call('admin.ledger', {});
  await admin.call('credits.grant', { account: person.email, amount: 5 });
  const now = await admin.call('admin.ledger', {});
  assert.deepEqual([Number(now['entries']) - Number(entries), now['writable']], [1, true]);
});

onBoth('what administrators look at and change is in the audit, newest first', async (place) => {
  const { server, operator } = await open(place);
  using admin = operator;
  const ana = await register(server);
  using said = await connectAs(server, ana);
  const { conversation } = await said.call('chat.send', { text: 'what ana said' });
  await admin.call('admin.conversations', { user: ana.email });
  await admin.call('admin.messages', { conversation });
  await admin.call('users.setRole', { user: ana.email, role: 'admin' });
  const { id } = await said.call('invitations.create', {});
  await said.call('invitations.withdraw', { invitation: id });
  await admin.call('users.setRole', { user: ana.email, role: 'user', force: true });
  await admin.call('users.resetLink', { user: ana.email });
  await admin.call('credits.grant', { account: ana.email, amount: 7 });
  await admin.call('users.setActive', { user: ana.email, active: false });
  const entries = await pagesOf(admin, 'admin.audit', 'entries');
  assert.deepEqual(
    entries.map(({ action, actorEmail = '', ownerEmail = '' }) => [action, actorEmail, ownerEmail]),
    [
      ['active', '', ana.email],
      ['grant', '', ana.email],
      ['resetLink', '', ana.email],
      ['role', '', ana.email],
      ['withdrawal', ana.email, ''],
      ['invitation', ana.email, ''],
      ['role', '', ana.email],
      ['messages', '', ana.email],
      ['conversations', '', ana.email],
    ],
  );
  assert.equal(entries[7]?.['conversation'], conversation);
  assert.equal((await pagesOf(admin, 'admin.audit', 'entries', { user: ana.email })).length, 7);
  assert.ok(!JSON.stringify(entries).includes('what ana said'));
});
