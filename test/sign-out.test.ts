/** Who comes after somebody who has signed out; what others hear of logins and of erasing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectAs, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const LIMITED = { timeout: 60_000 };

const start = () => startTestServer({ providers: providersOf(new EchoProvider()) });

async function titles(client: RpcClient): Promise<unknown[]> {
  const { conversations } = await client.call('conversations.list');
  return (conversations as { title: string }[]).map(({ title }) => title);
}

test('after a sign-out nobody sees what the guest said who was there before', LIMITED, async () => {
  await using server = await start();
  const person = await register(server);
  using client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'said as a guest' });
  const before = await client.call('credits.balance');
  await client.call('session.authenticate', { key: person.accessToken });
  await client.call('chat.send', { text: 'said as a user' });
  await client.call('auth.logout');
  assert.deepEqual(await titles(client), []);
  assert.deepEqual((await client.call('chat.history'))['turns'], []);
  assert.notEqual((await client.call('credits.balance'))['account'], before['account']);
});

test('a guest who has registered and signs out leaves nothing behind', LIMITED, async () => {
  await using server = await start();
  using client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'said as a guest' });
  const made = await client.call('auth.register', { email: 'ana@example.org', password: 'a long sentence' });
  await client.call('session.authenticate', { key: made['accessToken'] });
  assert.deepEqual(await titles(client), ['said as a guest']);
  await client.call('auth.logout');
  assert.deepEqual(await titles(client), []);
});

test('a quick third refresh leaves the login to a tab that is two tokens behind', LIMITED, async () => {
  await using server = await start();
  const { refreshToken: first } = await register(server);
  using client = await RpcClient.open(server.port);
  const { refreshToken: second } = await client.call('auth.refresh', { refreshToken: first });
  const { refreshToken: third } = await client.call('auth.refresh', { refreshToken: second });
  const { refreshToken: slow } = await client.call('auth.refresh', { refreshToken: first });
  assert.equal(slow, third);
  await client.call('auth.refresh', { refreshToken: third });
});

test('a share of a conversation without an answer says so', LIMITED, async () => {
  await using server = await start();
  using client = await RpcClient.open(server.port);
  const { id } = await client.call('conversations.create', {});
  assert.equal(await client.failure('conversations.share', { conversation: id }), 'nothing_to_share');
});

test('who has just signed in hears of changes at once, and of everything being erased', LIMITED, async () => {
  await using server = await start();
  const person = await register(server);
  using client = await connectAs(server, person);
  using other = await connectAs(server, person);
  await client.call('chat.send', { text: 'hello' });
  await other.notification('conversation.changed');
  await client.call('ledger.erase', { exchange: 'all' });
  await other.notification('conversation.changed');
});
