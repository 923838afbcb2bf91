/**
 * What one peer may do, and what happens to it when it does more. Limits of admission:
 * test/admission.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { LineClient } from './support/line-client.ts';
import { untilMetric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, EndlessProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const closed = (reason: string) => `hilo_connections_closed_total{reason="${reason}"}`;

/** On the text face, past the greeting. */
async function openText(port: number): Promise<LineClient> {
  const client = await LineClient.open(port);
  client.send('/ping\n');
  await client.until(/pong .*\n/);
  return client;
}

async function echoServer(environment: Record<string, string> = {}) {
  const clock = new ManualClock(1_000_000);
  const server = await startTestServer({ clock, environment, providers: providersOf(new EchoProvider()) });
  return { clock, server };
}

async function scriptedServer(environment: Record<string, string> = {}) {
  const provider = new ScriptedProvider();
  const server = await startTestServer({ environment, providers: providersOf(provider) });
  return { provider, server };
}

test('a message past the rate window is told when it may come, and uses nothing up', async () => {
  const { clock, server } = await echoServer({ RATE_MAX_MESSAGES: '3', RATE_WINDOW_SECONDS: '60' });
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  for (let count = 0; count < 3; count += 1) {
    await rpc.call('chat.send', { text: 'hello' });
    clock.advance(1_000);
  }
  const refusedAfter = async () => {
    const { error } = await rpc.response(rpc.send('chat.send', { text: 'hello' }));
    assert.equal(error?.data['reason'], 'rate_limited');
    return error?.data['retryAfterMs'];
  };
  assert.equal(await refusedAfter(), 57_000);
  clock.advance(56_999);
  assert.equal(await refusedAfter(), 1);
  clock.advance(1);
  await rpc.call('chat.send', { text: 'hello' });
  assert.equal(await refusedAfter(), 1_000);
});

test('each session has its own window, and the text face says when', async () => {
  const { server } = await echoServer({ RATE_MAX_MESSAGES: '1' });
  await using _ = server;
  using one = await openText(server.port);
  using other = await openText(server.port);
  one.send('hello\nagain\n');
  await one.until(/-- Usuario-\d+:m1 .*\n/);
  assert.match(await one.line(), /^FAIL send rate_limited: .* 60 s \[Usuario-\d+:m2\]$/);
  other.send('hello\n');
  await other.until(/-- Usuario-\d+:m1 .*\n/);
});

test('two generations at once, sixteen requests pending', async () => {
  const { provider, server } = await scriptedServer();
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  const send = (id: number, clientMessageId: string) =>
    rpc.send('chat.send', { text: 'hello', clientMessageId }, id);
  send(1, 'a');
  send(2, 'b');
  const [call] = [await provider.next(), await provider.next()];
  send(3, 'c');
  const third = await rpc.response(3);
  assert.deepEqual(
    [third.error?.data['reason'], third.error?.data['values']],
    ['too_many_pending', { max: 2 }],
  );
  for (let id = 4; id <= 17; id += 1) send(id, 'a');
  rpc.send('server.ping', {}, 18);
  const beyond = await rpc.response(18);
  assert.deepEqual(
    [beyond.error?.data['reason'], beyond.error?.data['values']],
    ['too_many_pending', { max: 16 }],
  );
  send(2, 'b');
  assert.equal((await rpc.response(2)).error?.data['reason'], 'duplicate_id');
  call.say('done');
  call.end();
  for (let id = 4; id <= 17; id += 1) assert.equal((await rpc.response(id)).result?.['text'], 'done');
  send(19, 'd');
  await provider.next();
});

test('a message beyond the input budget is refused with both numbers', async () => {
  const { server } = await echoServer();
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  const { error } = await rpc.response(rpc.send('chat.send', { text: 'word '.repeat(5_000) }));
  assert.equal(error?.data['reason'], 'message_too_long');
  const values = error?.data['values'] as { tokens: number; budget: number };
  assert.ok(values.tokens > values.budget && values.budget > 0);
  assert.equal((await rpc.call('session.whoami'))['remaining'], 10);
});

test('a full queue says so, and when to come again', async () => {
  const { provider, server } = await scriptedServer({ MAX_IN_FLIGHT: '1', LLM_QUEUE_MAX: '1' });
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  rpc.send('chat.send', { text: 'runs' });
  await provider.next();
  rpc.send('chat.send', { text: 'waits' });
  using other = await RpcClient.open(server.port);
  const { error } = await other.response(other.send('chat.send', { text: 'is too much' }));
  assert.equal(error?.data['reason'], 'queue_full');
  assert.ok(Number(error?.data['retryAfterMs']) >= 1_000);
});

test('commands beyond the burst wait, and a flood is ended', async () => {
  const { clock, server } = await echoServer({ LIMIT_FLOOD_SECONDS_MAX: '60' });
  await using _ = server;
  using flooder = await LineClient.open(server.port);
  using watcher = await RpcClient.open(server.port);
  flooder.send('/ping\n'.repeat(3_000));
  const pongs = () => flooder.received.match(/pong/g)?.length ?? 0;
  // The burst, and the lines that were read ahead.
  for (let count = 0; count < 52; count += 1) await flooder.until(/pong .*\n/);
  await watcher.call('server.ping');
  assert.equal(pongs(), 52);
  clock.advance(3_000);
  await watcher.call('server.ping');
  assert.equal(pongs(), 52);
  for (let second = 0; second < 62; second += 1) {
    clock.advance(1_000);
    await watcher.call('server.stats');
  }
  clock.advance(2_000);
  assert.match(await flooder.rest(), /\nFAIL \* flooding: .*\n$/);
  flooder.reset();
  await untilMetric(server.metricsPort, closed('flooding'), 1);
  assert.ok(pongs() > 300 && pongs() < 52 + 70 * 10, `${pongs()}`);
});

test('refused lines cost as much as commands, on both faces', async () => {
  const { server } = await echoServer();
  await using _ = server;
  using text = await LineClient.open(server.port);
  using json = await LineClient.open(server.port);
  using watcher = await RpcClient.open(server.port);
  text.send('\xff\n/nothing\n\n'.repeat(100));
  json.send('{\n'.repeat(300));
  for (let count = 0; count < 13; count += 1) await text.until(/FAIL nothing .*\n/);
  for (let count = 0; count < 21; count += 1) await json.until(/parse_error.*\n/);
  await watcher.call('server.ping');
  assert.equal(json.received.match(/parse_error/g)?.length, 21);
});

test('acknowledgements are cheap: one for each message is no flood', async () => {
  const { server } = await echoServer();
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  await rpc.call('session.hello', { client: 'test', version: '1' });
  const ack = `${JSON.stringify({ jsonrpc: '2.0', method: 'session.ack', params: { seq: 0 } })}\n`;
  rpc.lines.send(ack.repeat(150));
  await rpc.call('server.ping');
});

test('who says nothing is sent away', async () => {
  const { clock, server } = await echoServer({ LIMIT_SNIFF_MS: '250' });
  await using _ = server;
  using silent = await LineClient.open(server.port);
  using partial = await LineClient.open(server.port);
  using watcher = await RpcClient.open(server.port);
  partial.send('{"jsonrpc"');
  await untilMetric(server.metricsPort, 'hilo_connections_opened_total{face="json"}', 1);
  await watcher.call('server.ping');
  clock.advance(250);
  await silent.until(/connected.\n.*\n.*\n/);
  clock.advance(11_000);
  const last = JSON.parse(await partial.line()) as { error: { data: Record<string, unknown> } };
  assert.deepEqual([last.error.data['reason'], last.error.data['closing']], ['auth_timeout', true]);
  assert.equal(await partial.rest(), '');
  clock.advance(50_000);
  assert.match(await silent.line(), /^FAIL \* auth_timeout: .* 60 s$/);
  clock.advance(2_000);
  await untilMetric(server.metricsPort, closed('auth_timeout'), 2);
});

test('an idle person is sent away after half an hour, a waiting one is not', async () => {
  const clock = new ManualClock();
  const provider = new ScriptedProvider();
  await using server = await startTestServer({
    clock,
    providers: providersOf(provider),
    environment: { LLM_TIMEOUT_SECONDS: '100000', LIMIT_LLM_ANSWER_SECONDS: '100000' },
  });
  using idle = await openText(server.port);
  using waiting = await openText(server.port);
  waiting.send('hello\n');
  await provider.next();
  clock.advance(29 * 60_000);
  idle.send('/ping\n');
  await idle.until(/pong .*\n/);
  clock.advance(29 * 60_000);
  assert.equal(idle.hasEnded, false);
  clock.advance(2 * 60_000);
  assert.match(await idle.rest(), /^FAIL \* idle_timeout: .*\n$/);
  assert.equal(waiting.hasEnded, false);
});

test('who reads nothing stops the model, is ended as slow, and delays nobody', async () => {
  // The kernel takes about four megabytes. That should not be the end of an answer, which has one megabyte.
  const provider = new EndlessProvider(512 * 1024);
  await using server = await startTestServer({
    providers: providersOf(provider),
    environment: { LIMIT_WRITE_PROGRESS_MS: '150', LIMIT_SWEEP_MS: '20', RATE_MAX_MESSAGES: '1000' },
  });
  using slow = await LineClient.open(server.port);
  slow.socket.pause();
  // One answer has a limit of its own; many of them fill what the kernel takes.
  slow.send('hello\n'.repeat(30));
  using watcher = await RpcClient.open(server.port);
  while (provider.saidBytes < 2_000_000) await watcher.call('server.stats');
  const cancelled = 'hilo_operations_total{operation="chat.send",outcome="cancelled"}';
  await untilMetric(server.metricsPort, cancelled, 1);
  assert.ok(provider.saidBytes < 16_000_000, `${provider.saidBytes}`);
  slow.socket.resume();
  await slow.until(/\nFAIL \* slow_consumer: .*\n/);
  slow.reset();
  await untilMetric(server.metricsPort, closed('slow_consumer'), 1);
});

test('a new connection is not called slow because the server has run for long', async () => {
  const clock = new ManualClock(10 * 86_400_000);
  await using server = await startTestServer({ clock, providers: providersOf(new EchoProvider()) });
  using silent = await LineClient.open(server.port);
  await untilMetric(server.metricsPort, 'hilo_connections', 1);
  // The greeting and the sweep fall into one turn of the event loop.
  clock.advance(1_000);
  await silent.until('connected.');
  clock.advance(1_000);
  silent.send('/ping\n');
  await silent.until('pong');
});
