/** API keys on a running server. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { after, before, test } from 'node:test';
import { API_KEY_LIMITS } from '../server/identity/api-keys.ts';
import { connectAs, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;

before(async () => {
  server = await startTestServer({ providers: providersOf(new EchoProvider()) });
});

after(() => server.drain());

test('a key acts for its user until it is revoked, and then stops at once', async () => {
  const person = await register(server);
  using client = await connectAs(server, person);
  const created = await client.call('keys.create', { name: ' my program ' });
  const key = String(created['key']);
  assert.match(key, /^hilo_[\w-]{49}$/);
  assert.equal(created['name'], 'my program');
  assert.equal(created['prefix'], key.slice(0, 11));
  using program = await connectAs(server, { accessToken: key });
  assert.equal((await program.call('users.me'))['id'], person.id);
  await program.call('chat.send', { text: 'hello' });
  const [listed] = (await client.call('keys.list'))['keys'] as Record<string, unknown>[];
  assert.deepEqual([listed?.['id'], listed?.['key']], [created['id'], undefined], 'shown once');
  assert.ok(listed?.['lastUsedAt']);
  await client.call('keys.revoke', { key: created['id'] });
  assert.equal((await program.notification('session.signedOut')).params?.['reason'], 'revoked');
  assert.equal(await program.failure('users.me'), 'auth_required');
  assert.equal(await program.failure('session.authenticate', { key }), 'auth_failed');
  assert.equal(await client.failure('keys.revoke', { key: created['id'] }), 'not_found');
});

test('a wrong key is refused, whether its checksum is right or not', async () => {
  using client = await RpcClient.open(server.port);
  const unknown = `hilo_${'A'.repeat(43)}`;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(unknown));
  for (const key of ['hilo_', unknown, `${unknown}AAAAAA`, unknown + sum.toString('base64url')]) {
    assert.equal(await client.failure('session.authenticate', { key }), 'auth_failed');
  }
});

test('a key cannot make or revoke keys, end logins or change the password', async () => {
  const person = await register(server);
  using client = await connectAs(server, person);
  const { key, id } = await client.call('keys.create', { name: 'leaked' });
  using thief = await connectAs(server, { accessToken: String(key) });
  const password = { current: 'a long sentence', password: 'a longer sentence' };
  assert.equal(await thief.failure('keys.create', { name: 'another' }), 'key_not_enough');
  assert.equal(await thief.failure('keys.revoke', { key: id }), 'key_not_enough');
  assert.equal(await thief.failure('auth.revoke'), 'key_not_enough');
  assert.equal(await thief.failure('auth.logins'), 'key_not_enough');
  assert.equal(await thief.failure('auth.password', password), 'key_not_enough');
  assert.equal(((await thief.call('keys.list'))['keys'] as unknown[]).length, 1);
});

test('the key of another user is not found, and each user may have a bounded number', async () => {
  const [person, other] = [await register(server), await register(server)];
  using client = await connectAs(server, person);
  using stranger = await connectAs(server, other);
  const { id } = await client.call('keys.create', { name: 'mine' });
  assert.equal(await stranger.failure('keys.revoke', { key: id }), 'not_found');
  for (let count = 1; count < API_KEY_LIMITS.perUserMax; count += 1) {
    await client.call('keys.create', { name: String(count) });
  }
  assert.equal(await client.failure('keys.create', { name: 'too many' }), 'too_many_kept');
});
