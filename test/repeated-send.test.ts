/** `clientMessageId`: a message that is sent again is answered once. [J-9] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResumableClient } from './support/resumable-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

async function start() {
  const provider = new ScriptedProvider();
  const server = await startTestServer({ providers: providersOf(provider) });
  return { provider, server };
}

const SEND = { text: 'hello', clientMessageId: 'm1' };

test('a repeated send costs no second call: while it runs, and after', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', SEND, 1);
  const call = await provider.next();
  client.send('chat.send', SEND, 2);
  client.send('chat.send', { ...SEND, text: 'other' }, 3);
  assert.equal((await client.response(3)).error?.data['reason'], 'conflict');
  client.send('chat.send', { ...SEND, model: 'other-model' }, 4);
  assert.equal((await client.response(4)).error?.data['reason'], 'conflict');
  call.say('once');
  call.end();
  const responses = [];
  while (responses.length < 2) {
    const message = await client.next();
    if (message.id !== undefined) responses.push(message);
  }
  const traces = responses.map(({ result }) => [result?.['text'], result?.['trace']]);
  assert.deepEqual(traces[0], traces[1]);
  client.send('chat.send', SEND, 5);
  assert.equal((await client.response(5)).result?.['text'], 'once');
  assert.equal(provider.calls.length, 1);
  assert.equal(client.streamed(1), 'once');
});

test('a repeated send that is cancelled waits no longer, and the first goes on', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', SEND, 1);
  const call = await provider.next();
  client.send('chat.send', SEND, 2);
  client.send('chat.cancel', { requestId: 2 }, 3);
  assert.equal((await client.response(2)).error?.data['reason'], 'cancelled');
  assert.equal(call.isAborted, false);
  call.say('still here');
  call.end();
  assert.equal((await client.response(1)).result?.['text'], 'still here');
});

test('after a failure the same id runs anew, also when the client was away meanwhile', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', SEND, 1);
  await provider.next();
  client.send('chat.cancel', {}, 2);
  assert.equal((await client.response(1)).error?.data['reason'], 'cancelled');
  client.send('chat.send', SEND, 3);
  const call = await provider.next();
  client.cut();
  await client.resume();
  client.send('chat.send', SEND, 4);
  call.say('second try');
  call.end();
  assert.equal((await client.response(3)).result?.['text'], 'second try');
  assert.equal((await client.response(4)).result?.['text'], 'second try');
  assert.equal(provider.calls.length, 2);
});
