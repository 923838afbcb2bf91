/** What administrators do with users: roles, deactivating, links to set a password; and erasing oneself. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { RESET_LIMITS } from '../server/identity/user-admin.ts';
import { connectAs, loginAgain, PASSWORD, personOf, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const ADMIN = { ADMIN_EMAIL: 'Root@Example.org', ADMIN_PASSWORD: 'a password of the first one' };

let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-admin-'));
});

after(() => rm(dataDir, { recursive: true }));

function start(options: TestServerOptions = {}) {
  return startTestServer({ providers: providersOf(new EchoProvider()), environment: ADMIN, ...options });
}

async function connectAsAdmin(server: { readonly port: number }): Promise<RpcClient> {
  using client = await RpcClient.open(server.port);
  const input = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
  return connectAs(server, personOf(input.email, await client.call('auth.login', input)));
}

test('the first administrator comes from the settings, once', async () => {
  const environment = { ...ADMIN, DATA_DIR: dataDir };
  {
    await using server = await start({ environment });
    using admin = await connectAsAdmin(server);
    assert.equal((await admin.call('users.me'))['role'], 'admin');
  }
  await using again = await start({
    environment: { ...environment, ADMIN_EMAIL: 'other@example.org', ADMIN_PASSWORD: 'another password' },
  });
  using admin = await connectAsAdmin(again);
  assert.equal(((await admin.call('users.list'))['users'] as unknown[]).length, 1);
});

test('a deactivated user is cut off within a second, and comes back when activated', async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  using admin = await connectAsAdmin(server);
  const person = await register(server);
  using client = await connectAs(server, person);
  const { key } = await client.call('keys.create', { name: 'program' });
  using program = await connectAs(server, { accessToken: String(key) });
  const request = client.send('chat.send', { text: 'tell me everything' });
  const call = await provider.next();
  call.say('first ');
  await client.notification('chat.delta');
  const startedMs = performance.now();
  const changed = await admin.call('users.setActive', { user: person.email, active: false });
  assert.equal(changed['active'], false);
  await call.aborted();
  assert.equal((await client.response(request)).error?.data['reason'], 'cancelled');
  assert.ok(performance.now() - startedMs < 1_000);
  assert.equal((await program.notification('session.signedOut')).params?.['reason'], 'deactivated');
  const login = { email: person.email, password: PASSWORD };
  assert.equal(await client.failure('auth.login', login), 'login_failed');
  for (const secret of [person.accessToken, key]) {
    assert.equal(await client.failure('session.authenticate', { key: secret }), 'auth_failed');
  }
  assert.equal(await client.failure('auth.refresh', { refreshToken: person.refreshToken }), 'login_ended');
  await admin.call('users.setActive', { user: person.id, active: true });
  await client.call('auth.login', login);
  assert.deepEqual(await program.call('session.authenticate', { key }), { access: 'user' });
  assert.equal(await admin.failure('users.setActive', { user: 'nobody', active: true }), 'not_found');
});

test('the last active administrator stays, unless the operator insists', async () => {
  const folder = join(dataDir, 'last');
  await using server = await start({ environment: { ...ADMIN, DATA_DIR: folder } });
  using admin = await connectAsAdmin(server);
  const person = await register(server);
  const me = String((await admin.call('users.me'))['id']);
  const { role } = await admin.call('users.setRole', { user: person.id, role: 'user' });
  assert.equal(role, 'user', 'others are no matter');
  const demotion = { user: me, role: 'user' };
  const deactivation = { user: me, active: false };
  for (const force of [{}, { force: true }]) {
    assert.equal(await admin.failure('users.setRole', { ...demotion, ...force }), 'last_admin');
    assert.equal(await admin.failure('users.setActive', { ...deactivation, ...force }), 'last_admin');
  }
  const own = { password: ADMIN.ADMIN_PASSWORD };
  assert.equal(await admin.failure('users.erase', own), 'last_admin', 'nor by leaving');
  await admin.call('users.setRole', { user: person.id, role: 'admin' });
  using second = await connectAs(server, person);
  const both = await Promise.all([
    admin.response(admin.send('users.setRole', { user: person.id, role: 'user' })),
    second.response(second.send('users.setActive', deactivation)),
  ]);
  const failed = new Set(both.map(({ error }) => error?.data['reason']));
  assert.deepEqual(failed, new Set(['last_admin', undefined]), 'not both at the same moment');
  using operator = await RpcClient.open(server.port);
  const key = (await readFile(join(folder, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  await operator.call('users.setActive', { user: me, active: true });
  await operator.call('users.setRole', { user: person.id, role: 'user' });
  assert.equal(await operator.failure('users.setActive', deactivation), 'last_admin');
  assert.equal((await operator.call('users.setActive', { ...deactivation, force: true }))['active'], false);
});

test('a role counts at once on open connections, and its loss stops what runs', async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  using admin = await connectAsAdmin(server);
  const person = await register(server);
  using client = await connectAs(server, person);
  assert.equal(await client.failure('users.list'), 'forbidden');
  await admin.call('users.setRole', { user: person.id, role: 'admin' });
  assert.equal(((await client.call('users.list'))['users'] as unknown[]).length, 2);
  const request = client.send('chat.send', { text: 'hello' });
  const call = await provider.next();
  await admin.call('users.setRole', { user: person.id, role: 'user' });
  await call.aborted();
  assert.equal((await client.response(request)).error?.data['reason'], 'cancelled');
  assert.equal(await client.failure('users.list'), 'forbidden');
  assert.equal((await client.call('users.me'))['role'], 'user');
});

test('a link sets the password once, within an hour, and all logins end', async () => {
  const clock = new ManualClock(Date.now());
  await using server = await start({ clock });
  using admin = await connectAsAdmin(server);
  const person = await register(server);
  using client = await connectAs(server, person);
  using visitor = await RpcClient.open(server.port);
  const linkTo = async () => (await admin.call('users.resetLink', { user: person.email }))['token'];
  const [replaced, token] = [await linkTo(), await linkTo()];
  const password = 'a new sentence';
  for (const bad of [replaced, 'nonsense']) {
    assert.equal(await visitor.failure('auth.reset', { token: bad, password }), 'reset_failed');
  }
  const outcomes = await Promise.allSettled(
    [0, 1].map(async () => {
      using one = await RpcClient.open(server.port);
      await one.call('auth.reset', { token, password });
    }),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'once');
  assert.equal((await client.notification('session.signedOut')).params?.['reason'], 'reset');
  const { email } = person;
  assert.equal(await visitor.failure('auth.login', { email, password: PASSWORD }), 'login_failed');
  await visitor.call('auth.login', { email, password });
  const late = await linkTo();
  clock.advance(RESET_LIMITS.linkMs);
  assert.equal(await visitor.failure('auth.reset', { token: late, password }), 'reset_failed');
});

test('an account that is made without a password waits for its link', async () => {
  await using server = await start({ environment: { ...ADMIN, ALLOW_SIGNUP: 'false' } });
  using admin = await connectAsAdmin(server);
  using visitor = await RpcClient.open(server.port);
  const input = { email: 'eva@example.org', password: PASSWORD };
  assert.equal(await visitor.failure('auth.register', input), 'sign_up_closed');
  const { resetToken: token } = await admin.call('users.create', { email: input.email });
  for (const password of ['x', PASSWORD]) {
    assert.equal(await visitor.failure('auth.login', { ...input, password }), 'login_failed');
  }
  await visitor.call('auth.reset', { token, password: PASSWORD });
  await visitor.call('auth.login', input);
  assert.equal(await admin.failure('users.create', { email: 'EVA@example.org' }), 'email_taken');
});

test('the list of users comes in pages', async () => {
  await using server = await start();
  using admin = await connectAsAdmin(server);
  const made = [await register(server), await register(server)];
  const ids: string[] = [];
  let cursor: unknown;
  do {
    const page = await admin.call('users.list', { limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...(page['users'] as { id: string }[]).map(({ id }) => id));
    cursor = page['nextCursor'];
  } while (cursor !== undefined);
  assert.deepEqual(
    ids.slice(1),
    made.map(({ id }) => id),
  );
});

test('an API key of an administrator manages nobody, and gives no credits', async () => {
  await using server = await start();
  using admin = await connectAsAdmin(server);
  const { key } = await admin.call('keys.create', { name: 'program' });
  using program = await connectAs(server, { accessToken: String(key) });
  assert.equal(await program.failure('users.list'), 'key_not_enough');
  assert.equal(await program.failure('users.setRole', { user: 'x', role: 'admin' }), 'key_not_enough');
  const grant = { account: 'user:x', amount: 5 };
  assert.equal(await program.failure('credits.grant', grant), 'key_not_enough');
  assert.equal(await program.failure('credits.refund', { charge: 1, amount: 1 }), 'key_not_enough');
  const person = await register(server);
  const erasing = { account: `user:${person.id}`, exchange: 'all' };
  assert.equal(await program.failure('ledger.erase', erasing), 'key_not_enough');
  assert.deepEqual(await admin.call('ledger.erase', erasing), { erased: 0 });
});

test('an e-mail stands for the account of its user, and an unknown one gets no credits', async () => {
  await using server = await start();
  using admin = await connectAsAdmin(server);
  const person = await register(server);
  using owner = await connectAs(server, person);
  const before = await owner.call('credits.balance');
  const grant = { account: person.email.toUpperCase(), amount: 5 };
  assert.equal((await admin.call('credits.grant', grant))['isUnowned'], undefined);
  const after = await owner.call('credits.balance');
  assert.equal(Number(after['available']) - Number(before['available']), 5);
  const unknown = { account: 'nobody@example.org', amount: 5 };
  assert.equal(await admin.failure('credits.grant', unknown), 'not_found');
});

test('where guests are not allowed, visitors can only sign in', async () => {
  await using server = await start({ environment: { ...ADMIN, ALLOW_ANONYMOUS: 'false' } });
  using visitor = await RpcClient.open(server.port);
  await visitor.call('session.hello', { client: 'test', version: '1' });
  for (const [name, input] of [
    ['chat.send', { text: 'hello' }],
    ['credits.balance', {}],
  ] as const) {
    assert.equal(await visitor.failure(name, input), 'auth_required');
  }
  const person = await register(server);
  await visitor.call('session.authenticate', { key: person.accessToken });
  await visitor.call('chat.send', { text: 'hello' });
});

test('an erasing that was cut off is finished by the next start', async () => {
  const environment = { ...ADMIN, DATA_DIR: join(dataDir, 'cut-off') };
  let email: string;
  {
    await using server = await start({ environment });
    const person = await register(server);
    email = person.email;
    using client = await connectAs(server, person);
    await client.call('chat.send', { text: 'Marker of a text' });
  }
  const file = join(environment.DATA_DIR, 'hilo.sqlite');
  const database = new DatabaseSync(file);
  const begun = database.prepare("update users set password_hash = 'erasing', active = 0 where email = ?");
  begun.run(email);
  database.close();
  await using again = await start({ environment });
  using visitor = await RpcClient.open(again.port);
  assert.equal(await visitor.failure('auth.login', { email, password: PASSWORD }), 'login_failed');
  const isGone = () => {
    const reader = new DatabaseSync(file, { readOnly: true });
    const row = reader.prepare('select id from users where email = ?').get(email);
    reader.close();
    return row === undefined;
  };
  for (let tries = 0; tries < 100 && !isGone(); tries += 1) await visitor.call('server.ping');
  assert.equal(isGone(), true);
  const reader = new DatabaseSync(file, { readOnly: true });
  const message = reader.prepare('select number from messages').get();
  reader.close();
  assert.equal(message, undefined);
});

test('whoever erases an account leaves nothing but entries of the ledger', async () => {
  await using server = await start({ environment: { ...ADMIN, DATA_DIR: dataDir } });
  const person = await register(server);
  using other = await connectAs(server, await loginAgain(server, person));
  using client = await connectAs(server, person);
  await client.call('users.update', { name: 'Marker of a name' });
  await client.call('chat.send', { text: 'Marker of a text' });
  await client.call('keys.create', { name: 'Marker of a key' });
  assert.equal(await client.failure('users.erase', { password: 'not the password' }), 'password_wrong');
  await client.call('users.erase', { password: PASSWORD });
  assert.equal((await other.notification('session.signedOut')).params?.['reason'], 'erased');
  assert.equal(await client.failure('users.me'), 'auth_required');
  assert.equal(
    await client.failure('auth.login', { email: person.email, password: PASSWORD }),
    'login_failed',
  );
  for (const file of ['hilo.sqlite', 'hilo.sqlite-wal']) {
    const bytes = await readFile(join(dataDir, file));
    for (const marker of ['Marker of', person.email]) assert.equal(bytes.includes(marker), false, marker);
  }
  await register(server, { email: person.email });
});
