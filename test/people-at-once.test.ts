/** What changes for a user is in force at once: on connections, on answers, on sessions that wait. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { ACCESS_TOKEN_SECONDS } from '../server/identity/access-tokens.ts';
import { connectAs, loginAgain, register, sessionOf } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const AT_ONCE_MS = 1_000;

function start(options: TestServerOptions = {}) {
  return startTestServer({ providers: providersOf(new EchoProvider()), ...options });
}

test('an answer that runs is stopped within a second when its login is revoked', async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  const person = await register(server);
  using client = await connectAs(server, await loginAgain(server, person));
  using other = await connectAs(server, person);
  const request = client.send('chat.send', { text: 'tell me everything' });
  const call = await provider.next();
  call.say('first ');
  await client.notification('chat.delta');
  const startedMs = performance.now();
  await other.call('auth.revoke');
  await call.aborted();
  const { error } = await client.response(request);
  assert.ok(performance.now() - startedMs < AT_ONCE_MS);
  assert.equal(error?.data['reason'], 'cancelled');
  assert.equal(await client.failure('users.me'), 'auth_required');
});

test('a session resumed after its login was revoked has no access, and nothing of before', async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  const person = await register(server);
  const { client, hello } = await sessionOf(server, await loginAgain(server, person));
  client.send('chat.send', { text: 'a secret' });
  const call = await provider.next();
  call.say('an answer that the client has not seen');
  await client.notification('chat.delta');
  const { resumeToken, epoch } = hello;
  client.reset();
  await once(client.lines.socket, 'close');
  using other = await connectAs(server, person);
  await other.call('auth.revoke');
  await call.aborted();
  using thief = await RpcClient.open(server.port);
  assert.equal(await thief.failure('session.resume', { resumeToken, epoch, lastSeq: 0 }), 'gap');
  for (let lastSeq = 1; lastSeq < 10; lastSeq += 1) {
    using next = await RpcClient.open(server.port);
    const { result } = await next.response(next.send('session.resume', { resumeToken, epoch, lastSeq }));
    if (!result) continue;
    assert.equal(await next.failure('users.me'), 'auth_required');
    const seen = JSON.stringify(next.messages);
    assert.match(seen, /session\.signedOut/);
    assert.doesNotMatch(seen, /has not seen|secret/);
    return;
  }
  assert.fail('It can be resumed at some number');
});

test('an access token that expires on an open connection must be replaced', async () => {
  const clock = new ManualClock(Date.now());
  await using server = await start({ clock });
  const person = await register(server);
  using client = await connectAs(server, person);
  const { conversation } = await client.call('chat.send', { text: 'one' });
  clock.advance(ACCESS_TOKEN_SECONDS * 1_000);
  assert.equal(await client.failure('chat.send', { text: 'two' }), 'auth_expired');
  assert.equal(await client.failure('users.me'), 'auth_expired');
  assert.equal(await client.failure('session.authenticate', { key: person.accessToken }), 'auth_expired');
  assert.equal((await client.call('server.ping'))['pong'], true);
  const { accessToken } = await client.call('auth.refresh', { refreshToken: person.refreshToken });
  await client.call('session.authenticate', { key: accessToken });
  assert.equal((await client.call('chat.send', { text: 'three' }))['conversation'], conversation);
});

test('a refresh token that is used again ends the login, and its open connections', async () => {
  const clock = new ManualClock(Date.now());
  await using server = await start({ clock });
  const person = await register(server);
  using client = await connectAs(server, person);
  const { refreshToken } = person;
  const answers = await Promise.all(
    [0, 1].map(async () => {
      using tab = await RpcClient.open(server.port);
      return (await tab.call('auth.refresh', { refreshToken }))['refreshToken'];
    }),
  );
  assert.equal(answers[0], answers[1], 'two tabs at once');
  clock.advance(60_000);
  using thief = await RpcClient.open(server.port);
  assert.equal(await thief.failure('auth.refresh', { refreshToken }), 'login_ended');
  assert.equal((await client.notification('session.signedOut')).params?.['reason'], 'reused');
  assert.equal(await client.failure('users.me'), 'auth_required');
  assert.equal(await thief.failure('auth.refresh', { refreshToken: answers[0] }), 'login_ended');
});
