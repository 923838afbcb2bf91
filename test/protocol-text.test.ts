/** Rules T-1 to T-7 of docs/protocol.md, tried on a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineClient } from './support/line-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';
import { ProtocolBench, SLOW_ANSWERS } from './support/protocol-bench.ts';
import { until } from './support/until.ts';

test('[T-1] three lines of greeting; then a line is a message, and an empty one is nothing', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.lines();
  client.send('hello\n\n/whoami\n');
  assert.match(await client.line(), /^User \d+ connected\.$/);
  await client.line();
  assert.match(await client.line(), /\/lang es$/);
  await client.until(/\n-- .*:m1 · .*\n/);
  assert.match(await client.line(), /· 1 message ·/);
});

test('[T-2] commands in any case, a double slash, an unknown command, too many arguments', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.person();
  client.send('/PING\n');
  assert.match(await client.line(), /^pong /);
  client.send('//ping\n');
  await client.until(/\n-- .*:m1 · .*\n/);
  client.send('/history\n');
  assert.equal(await client.line(), '> /ping');
  await client.line();
  client.send('/nothing\n/ping now\n/help\n');
  assert.match(await client.until(/FAIL.*\n/), /FAIL nothing unknown_operation: /);
  assert.match(await client.line(), /^FAIL ping invalid_params: /);
  assert.match(await client.until(/\/\/text .*\n/), /\/history/);
});

test('[T-3] an answer streams and ends with its trace and model; who waits is told the place', async () => {
  await using bench = await ProtocolBench.startBusy();
  const first = await bench.person();
  const second = await bench.person();
  first.send('hello\n');
  await first.until(/\S/);
  second.send('hello\n');
  // No time passes before: the first answer would end, and nobody would have to wait.
  await until(
    () => bench.metric('hilo_queue_depth '),
    (line) => line === 'hilo_queue_depth 1',
  );
  const waiting = await bench.elapseUntil(second.line());
  assert.equal(waiting.value, '-- waiting, place in line: 1');
  const { value } = await bench.elapseUntil(first.until(/\n-- .*\n/));
  assert.match(value, /\n-- Usuario-\d+:m1 · test-model\n$/);
});

test('[T-4] /paste sends several lines as one message, up to a single dot', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.person();
  client.send('/paste\none\n/two\n.\n');
  await client.until(/\n-- .*:m1 .*\n/);
  client.send('/history\n');
  assert.equal(await client.line(), '> one');
  assert.equal(await client.line(), '> /two');
});

test('[T-5] failures are one line with the command, the key, and the trace of a message', async () => {
  await using bench = await ProtocolBench.start({ RATE_MAX_MESSAGES: '1' });
  const client = await bench.person();
  client.send('hello\n');
  await client.until(/\n-- .*\n/);
  client.send('again\n/model none\n');
  assert.match(await client.line(), /^FAIL send rate_limited: .* \[Usuario-\d+:m2\]$/);
  assert.match(await client.line(), /^FAIL model not_found: .*none$/);
});

test('[T-3] [T-5] a model cannot write the lines that are the server’s', async () => {
  const said = 'FAIL send internal: x\n-- Usuario-1:m9 · other';
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  const client = await LineClient.open(server.port);
  client.send(`/paste\n\n${said}\n.\n`);
  const answer = await client.until(/^-- .*\n/m);
  assert.match(answer, /echo: FAIL send internal: x\n -- Usuario-1:m9 · other\n-- Usuario-1:m1 · /);
  client.send('/history\n');
  await client.until(/echo: FAIL.*\n/);
  assert.equal(await client.line(), ' -- Usuario-1:m9 · other');
  client.destroy();
});

test('[T-6] /cancel overtakes the lines that wait, /quit ends', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const client = await bench.person();
  client.send('hello\n');
  await client.until(/\S/);
  client.send('/ping\n/cancel\n/quit\n');
  assert.match(await client.until(/FAIL.*\n/), /FAIL send cancelled: /);
  assert.match(await client.rest(), /^pong [^\n]*\nGoodbye\.\n$/);
});

test('[T-7] the language of texts can be chosen; keys stay', async () => {
  await using bench = await ProtocolBench.start({ HILO_LOCALE: 'es' });
  const client = await bench.lines();
  client.send('/nada\n/lang en\n/nada\n');
  assert.match(await client.line(), / conectado\.$/);
  assert.match(await client.until(/FAIL.*\n/), /FAIL nada unknown_operation: No existe/);
  await client.line();
  assert.match(await client.line(), /^FAIL nada unknown_operation: There is no/);
});
