/** People on a running server: accounts, logins and their tokens, on both faces. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const PASSWORD = 'a long sentence';

let server: Awaited<ReturnType<typeof startTestServer>>;
let people = 0;

before(async () => {
  server = await startTestServer({ providers: providersOf(new EchoProvider()) });
});

after(() => server.drain());

interface Person {
  readonly email: string;
  readonly id: string;
  accessToken: string;
  refreshToken: string;
}

function open(): Promise<RpcClient> {
  return RpcClient.open(server.port);
}

async function register(): Promise<Person> {
  using client = await open();
  const email = `Person${++people}@Example.org`;
  const { user, accessToken, refreshToken } = await client.call('auth.register', {
    email,
    password: PASSWORD,
  });
  return {
    email,
    id: (user as { id: string }).id,
    accessToken: String(accessToken),
    refreshToken: String(refreshToken),
  };
}

/** A connection that acts for this person. */
async function signedIn({ accessToken }: Person): Promise<RpcClient> {
  const client = await open();
  assert.deepEqual(await client.call('session.authenticate', { key: accessToken }), { access: 'user' });
  return client;
}

test('a registration gives an account, and its access token lets any connection act for it', async () => {
  const person = await register();
  using client = await signedIn(person);
  const me = await client.call('users.me');
  assert.deepEqual([me['id'], me['email'], me['role']], [person.id, person.email.toLowerCase(), 'user']);
  const { conversation } = await client.call('chat.send', { text: 'hello' });
  assert.match(String((await client.call('credits.balance'))['account']), /^guest:/, 'of the guest before');
  using again = await open();
  await again.call('session.authenticate', { key: person.accessToken });
  const greeting = await again.call('session.hello', { client: 'test', version: '1' });
  assert.equal(greeting['conversation'], conversation, 'the conversation is there on every device');
  assert.equal(((await again.call('chat.history'))['turns'] as unknown[]).length, 1);
});

test('an e-mail belongs to one account, however it is written', async () => {
  const { email } = await register();
  using client = await open();
  assert.equal(
    await client.failure('auth.register', { email: email.toUpperCase(), password: PASSWORD }),
    'email_taken',
  );
  for (const bad of ['', 'ana', 'ana@', '@b', 'a b@c', 'a@b\n', `${'a'.repeat(65)}@b`]) {
    assert.equal(await client.failure('auth.register', { email: bad, password: PASSWORD }), 'invalid_params');
  }
  for (const password of ['short', ' '.repeat(12)]) {
    assert.equal(
      await client.failure('auth.register', { email: 'new@example.org', password }),
      'invalid_params',
    );
  }
});

test('signing in does not tell whether the e-mail or the password is wrong', async () => {
  const { email } = await register();
  using client = await open();
  const answers: unknown[] = [];
  for (const input of [
    { email, password: 'not the password' },
    { email: 'nobody@example.org', password: PASSWORD },
  ]) {
    const { error } = await client.response(client.send('auth.login', input));
    answers.push([error?.code, error?.message, error?.data]);
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.equal((await client.call('auth.login', { email, password: PASSWORD }))['expiresIn'], 900);
});

test('nobody is locked out of an account on a device on which they have signed in', async () => {
  using client = await open();
  const [email, other] = [`${crypto.randomUUID()}@example.org`, `${crypto.randomUUID()}@example.org`];
  const { deviceToken } = await client.call('auth.register', { email, password: PASSWORD });
  const stranger = await client.call('auth.register', { email: other, password: PASSWORD });
  const login = { email, password: PASSWORD };
  const wrong = { email, password: 'a guess' };
  for (let guess = 0; guess < 8; guess += 1) await client.failure('auth.login', wrong);
  assert.equal(await client.failure('auth.login', login), 'login_blocked');
  for (const foreign of [stranger['deviceToken'], 'AAAA', `${String(deviceToken)}A`]) {
    assert.equal(await client.failure('auth.login', { ...login, deviceToken: foreign }), 'login_blocked');
  }
  const known = await client.call('auth.login', { ...login, deviceToken });
  assert.equal(known['deviceToken'], deviceToken, 'the device stays the same one');
  for (let guess = 0; guess < 8; guess += 1) await client.failure('auth.login', { ...wrong, deviceToken });
  assert.equal(await client.failure('auth.login', { ...login, deviceToken }), 'login_blocked', 'a thief');
});

test('whoami names the user, also on the text face', async () => {
  using client = await signedIn(await register());
  const { name, email } = await client.call('users.update', { name: 'Ana' });
  const { user } = await client.call('session.whoami');
  assert.deepEqual(user, { email, name, role: 'user' });
  using guest = await open();
  assert.equal('user' in (await guest.call('session.whoami')), false);
  const { key } = await client.call('keys.create', { name: 'terminal' });
  const text = await LineClient.open(server.port);
  text.send(`/login ${String(key)}\n/whoami\n`);
  let line = await text.line();
  while (!line.includes('Ana')) line = await text.line();
  assert.ok(line.startsWith(`Ana · ${String(email)} · user · User `), line);
  text.destroy();
});

test('a text connection that signs in needs no token, and a program stays who it was', async () => {
  const person = await register();
  using client = await open();
  await client.call('auth.login', { email: person.email, password: PASSWORD });
  assert.equal(await client.failure('users.me'), 'auth_required');
  using program = await signedIn(person);
  const { logins } = await program.call('auth.logins');
  const all = logins as { current: boolean }[];
  assert.equal(all.length, 2);
  assert.equal(all.filter(({ current }) => current).length, 1);
});

test('a revoked login loses its connections at once, and its tokens are worth nothing', async () => {
  const person = await register();
  using other = await open();
  const second = await other.call('auth.login', { email: person.email, password: PASSWORD });
  await other.call('session.hello', { client: 'test', version: '1' });
  await other.call('session.authenticate', { key: second['accessToken'] });
  using client = await signedIn(person);
  assert.deepEqual(await client.call('auth.revoke'), { ended: 1 });
  const { params } = await other.notification('session.signedOut');
  assert.equal(params?.['reason'], 'revoked');
  assert.equal(await other.failure('users.me'), 'auth_required');
  assert.equal(await other.failure('session.authenticate', { key: second['accessToken'] }), 'auth_failed');
  assert.equal(await other.failure('auth.refresh', { refreshToken: second['refreshToken'] }), 'login_ended');
  assert.equal((await client.call('users.me'))['id'], person.id);
  assert.equal(await client.failure('auth.revoke', { login: 'nobody' }), 'not_found');
});

test('a login of another user is not found', async () => {
  const [person, stranger] = [await register(), await register()];
  using client = await signedIn(person);
  using theirs = await signedIn(stranger);
  const { logins } = await theirs.call('auth.logins');
  const [login] = logins as { id: string }[];
  assert.equal(await client.failure('auth.revoke', { login: login?.id }), 'not_found');
  assert.equal((await theirs.call('users.me'))['id'], stranger.id);
});

test('a changed password ends all other logins', async () => {
  const person = await register();
  using other = await signedIn(await again(person));
  using client = await signedIn(person);
  const change = { current: PASSWORD, password: 'a longer sentence' };
  assert.equal(await client.failure('auth.password', { ...change, current: 'wrong' }), 'password_wrong');
  await client.call('auth.password', change);
  const { params } = await other.notification('session.signedOut');
  assert.equal(params?.['reason'], 'password');
  assert.equal((await client.call('users.me'))['id'], person.id);
  assert.equal(
    await client.failure('auth.login', { email: person.email, password: PASSWORD }),
    'login_failed',
  );
  await client.call('auth.login', { email: person.email, password: change.password });
});

async function again(person: Person): Promise<Person> {
  using client = await open();
  const { accessToken, refreshToken } = await client.call('auth.login', {
    email: person.email,
    password: PASSWORD,
  });
  return { ...person, accessToken: String(accessToken), refreshToken: String(refreshToken) };
}

test('signing out ends the login of a token, and that of the connection', async () => {
  const person = await register();
  const second = await again(person);
  using client = await signedIn(person);
  await client.call('auth.logout', { refreshToken: second.refreshToken });
  assert.equal(await client.failure('users.me'), 'auth_required', 'the connection is signed out as well');
  for (const { refreshToken } of [person, second]) {
    assert.equal(await client.failure('auth.refresh', { refreshToken }), 'login_ended');
  }
  assert.equal(await client.failure('auth.refresh'), 'login_ended');
  assert.deepEqual(await client.call('auth.logout', { refreshToken: 'nonsense' }), {});
});

test('a change of the account is seen on every connection', async () => {
  const person = await register();
  using one = await signedIn(person);
  using two = await signedIn(person);
  await one.call('users.update', { name: ' Ana ', locale: 'es', retentionDays: 30 });
  const me = await two.call('users.me');
  assert.deepEqual([me['name'], me['locale'], me['retentionDays']], ['Ana', 'es', 30]);
  await two.call('users.update', { locale: null, retentionDays: null });
  assert.deepEqual(Object.keys(await one.call('users.me')).toSorted(), [
    'createdAt',
    'email',
    'id',
    'name',
    'role',
  ]);
});

test('the public key of access tokens can be read by anyone, and the private one by nobody', async () => {
  using client = await open();
  const { keys } = await client.call('auth.jwks');
  const [key] = keys as Record<string, string>[];
  assert.deepEqual(Object.keys(key ?? {}).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('commands of the text face are for those who are signed in', async () => {
  const client = await LineClient.open(server.port);
  client.send('/lang en\n/me\n/logins\n/logout\n');
  client.end();
  const said = await client.rest();
  assert.match(said, /FAIL me auth_required: .*\nFAIL logins auth_required: .*\nSigned out\.\n/);
});
