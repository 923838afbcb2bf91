/** Rules P-1 to P-16 of docs/protocol.md, tried on a running server. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as nextTurn } from 'node:timers/promises';
import { encodeProxyHeader } from '../shared/proxy-protocol.ts';
import type { RpcClient, RpcMessage } from './support/rpc-client.ts';
import { ProtocolBench, SLOW_ANSWERS } from './support/protocol-bench.ts';

const PING = '{"jsonrpc":"2.0","id":1,"method":"server.ping"}\n';

test('[P-1] bytes may come one by one; a bad line does not end the connection', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.lines();
  for (const byte of Buffer.from('/ping\r\n')) client.send(Buffer.of(byte));
  await client.until(/pong .*\n/);
  client.send(Buffer.from([0xc3, 0x28, 0x0a]));
  assert.match(await client.line(), /^FAIL \* invalid_utf8: /);
  client.send('\0\n');
  assert.match(await client.line(), /^FAIL \* invalid_utf8: /);
  client.send('/ping\n');
  assert.match(await client.line(), /^pong /);
});

test('[P-2] the first byte decides the face; silence is greeted and may still be JSON-RPC', async () => {
  await using bench = await ProtocolBench.start();
  const program = await bench.lines();
  program.send(PING);
  assert.match(await program.line(), /^\{"jsonrpc":"2.0","id":1,"result":/);
  const silent = await bench.lines();
  const { value, elapsedMs } = await bench.elapseUntil(silent.line());
  assert.match(value, /^User \d+ connected\.$/);
  assert.equal(elapsedMs, 250);
  silent.send(PING);
  assert.match(await silent.until(/^\{.*\n/m), /"pong":true/);
  assert.equal(silent.received.match(/^\{/gm)?.length, 1);
  assert.equal(await bench.metric('hilo_connections_opened_total{face="text"}'), opened('text', 1));
  // The one that was asked with, too.
  assert.equal(await bench.metric('hilo_connections_opened_total{face="json"}'), opened('json', 2));
});

test('[P-3] TLS, HTTP and PROXY headers are told that they are wrong here', async () => {
  await using bench = await ProtocolBench.start();
  const starts = {
    TLS: Buffer.from('160301020001', 'hex'),
    HTTP: 'GET / HTTP/1.1\r\n',
    PROXY: 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n',
  };
  for (const [what, start] of Object.entries(starts)) {
    const client = await bench.lines();
    client.send(start);
    const text = `This port speaks lines, not ${what}; the page is on the gateway`;
    assert.equal(await client.rest(), `FAIL * protocol_violation: ${text}\n`);
  }
});

test('[P-4] 8 KiB on the text face, 64 KiB on the other; the third longer line is the end', async () => {
  await using bench = await ProtocolBench.start();
  const person = await bench.person();
  person.send(`/ping ${' '.repeat(8192 - 6)}\r\n`);
  assert.match(await person.line(), /^pong /);
  for (let count = 0; count < 3; count += 1) person.send(`${'a'.repeat(8193)}\n`);
  assert.match(await person.rest(), /^(?:FAIL \* line_too_long: [^\n]*\n){3}$/);
  const program = await bench.program();
  program.lines.send(`${PING.trimEnd().padEnd(65_536)}\n`);
  assert.ok((await program.next()).result);
  program.lines.send(PING.trimEnd().padEnd(65_538));
  assert.equal((await program.next()).error?.data['reason'], 'line_too_long');
});

test('[P-4] a program that has signed in is told its own limit', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-lines-'));
  context.after(() => rm(folder, { recursive: true }));
  const environment = { LIMIT_LINE_BYTES_MAX_AUTHENTICATED: '100000', DATA_DIR: folder };
  await using bench = await ProtocolBench.start(environment);
  const key = await readFile(join(folder, 'keys', 'admin.key'), 'utf8');
  const program = await bench.program();
  await program.call('session.authenticate', { key: key.trim() });
  program.lines.send(`${PING.trimEnd().padEnd(100_000)}\n`);
  assert.ok((await program.next()).result);
  program.lines.send(PING.trimEnd().padEnd(100_002));
  assert.deepEqual((await program.next()).error?.data['values'], { max: 100_000 });
});

test('[P-5] a client that has ended its side gets its whole answer, then the end', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.lines();
  client.send('hello');
  client.end();
  assert.match(await client.rest(), /\n-- Usuario-\d+:m1 · offline companion\n$/);
});

test('[P-6] telnet negotiation is no input, and its Ctrl-C stops the answer', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const client = await bench.lines();
  client.send(Buffer.concat([Buffer.from([255, 251, 1]), Buffer.from('hello\n')]));
  await client.until(/\/lang es\n\S/);
  client.send(Buffer.from([255, 244]));
  assert.match(await client.until(/FAIL.*\n/), /\nFAIL send cancelled: /);
});

test('[P-7] no control characters reach a terminal', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.person();
  client.send('/\u001B[31mred\u202E\u009B\n');
  const line = await client.line();
  assert.match(line, /^FAIL red unknown_operation: /);
  assert.doesNotMatch(line, /[\u001B\u202E\u009B]/);
});

test('[P-8] lines that come during an answer wait for it, however many', async () => {
  const fast = { LIMIT_COMMANDS_PER_SECOND: '100000', LIMIT_COMMANDS_BURST: '100000' };
  await using bench = await ProtocolBench.start({ ...SLOW_ANSWERS, ...fast });
  const client = await bench.person();
  client.send(`hello\n${'/ping\n'.repeat(100)}`);
  const end = client.until('-- Usuario');
  const { value } = await bench.elapseUntil(end);
  assert.doesNotMatch(value, /pong/);
  for (let count = 0; count < 100; count += 1) await client.until(/pong .*\n/);
});

test('[P-9] who reads nothing for 30 s is a slow consumer', async () => {
  const fast = { LIMIT_COMMANDS_BURST: '1000000', LIMIT_PENDING_REQUESTS_MAX: '1000000' };
  await using bench = await ProtocolBench.start(fast);
  const client = await bench.program();
  client.lines.socket.pause();
  for (let id = 0; id < 2_000; id += 1) client.send('operations.list', {}, id);
  while (!(Number((await bench.metric('hilo_outbox_bytes '))?.split(' ')[1]) > 65_536)) await bench.settled();
  const closed = 'hilo_connections_closed_total{reason="slow_consumer"} 1';
  const startMs = bench.clock.now();
  while (!(await bench.metric(closed))) bench.clock.advance(1_000);
  assert.ok(bench.clock.now() - startMs >= 30_000);
});

test('[P-10] line separators of Unicode are escaped in JSON', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  client.send('a\u2028b\u2029c');
  const line = await client.lines.line();
  assert.match(line, /a\\u2028b\\u2029c/);
  const message = JSON.parse(line) as RpcMessage;
  assert.deepEqual(message.error?.data['values'], { name: 'a\u2028b\u2029c' });
});

test('[P-11] [P-14] the last line says why: nothing came in 60 s and 10 s', async () => {
  await using bench = await ProtocolBench.start();
  const person = await bench.lines();
  const forPerson = await bench.elapseUntil(person.rest());
  assert.match(forPerson.value, /\nFAIL \* auth_timeout: .*\n$/);
  assertAbout(forPerson.elapsedMs, 60_000);
  const program = await bench.lines();
  program.send('{');
  const forProgram = await bench.elapseUntil(program.rest());
  const { id, error } = JSON.parse(forProgram.value) as RpcMessage;
  assert.equal(id, null);
  assert.deepEqual(error?.data, { reason: 'auth_timeout', values: { seconds: 10 }, closing: true });
  assertAbout(forProgram.elapsedMs, 10_000);
});

test('[P-14] a person may be silent for 30 min, a program for ever', async () => {
  await using bench = await ProtocolBench.start();
  const person = await bench.person();
  const program = await bench.program();
  await program.call('server.ping');
  const { value, elapsedMs } = await bench.elapseUntil(person.rest(), 10_000);
  assert.match(value, /^FAIL \* idle_timeout: .*\n$/);
  assertAbout(elapsedMs, 30 * 60_000);
  await program.call('server.ping');
});

test('[P-12] the limits of the server and of an address are last words with a retry time', async () => {
  await using full = await ProtocolBench.start({ CONNECTIONS_MAX: '1' });
  const holder = await full.program();
  await holder.call('server.ping');
  const late = await full.lines();
  late.send('hello\n');
  assert.match(await late.rest(), /^FAIL \* server_full: .* 10 s\n$/);
  assert.equal((await refusalOf(await full.program()))['retryAfterMs'], 10_000);
  const strict = { ADDRESS_LIMIT_EXEMPT: '192.0.2.0/24', ADDRESS_CONNECTIONS_MAX: '1' };
  await using limited = await ProtocolBench.start(strict);
  await (await limited.program()).call('server.ping');
  assert.equal((await refusalOf(await limited.program()))['reason'], 'address_limit');
});

test('[P-13] commands beyond a burst of 20 wait; a minute without a rest is a flood', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  for (let id = 0; id < 2_000; id += 1) client.send('server.ping', {}, id);
  await bench.settled();
  const answers = () => client.lines.received.split('\n').length - 1;
  assert.equal(answers(), 21);
  bench.clock.advance(1_000);
  await bench.settled();
  assert.ok(answers() > 21 && answers() <= 32, `${answers()} answers`);
  const { value, elapsedMs } = await bench.elapseUntil(client.lines.rest());
  assert.match(value.trimEnd().split('\n').at(-1) ?? '', /"reason":"flooding","closing":true/);
  assertAbout(elapsedMs, 60_000);
});

test('[P-13] bytes have a pace as well, and so has what all of an address send', async () => {
  const exempt = { ADDRESS_LIMIT_EXEMPT: '192.0.2.0/24', LIMIT_COMMANDS_BURST: '100000' };
  await using bench = await ProtocolBench.start({ ...exempt, LIMIT_ADDRESS_INPUT_BYTES_BURST: '1500000' });
  const large = `${PING.trimEnd().padEnd(60_000)}\n`;
  const first = await bench.program();
  const second = await bench.program();
  for (let count = 0; count < 30; count += 1) first.lines.send(large);
  for (let count = 0; count < 10; count += 1) second.lines.send(large);
  const answers = ({ lines }: RpcClient) => lines.received.split('\n').length - 1;
  const { elapsedMs } = await bench.elapseUntil(
    (async () => {
      while (answers(first) < 30 || answers(second) < 10) await nextTurn();
    })(),
  );
  assert.ok(elapsedMs >= 500, `${elapsedMs} ms`);
});

test('[P-15] the proxy port wants a header, and its address counts', async () => {
  await using bench = await ProtocolBench.start({ ADDRESS_CONNECTIONS_MAX: '1' });
  const header = encodeProxyHeader({ address: '192.0.2.7', port: 1 }, { address: '192.0.2.1', port: 2 });
  const first = await bench.lines(bench.server.proxyPort);
  for (const byte of header) first.send(Buffer.of(byte));
  first.send('/ping\n');
  await first.until(/pong .*\n/);
  const second = await bench.lines(bench.server.proxyPort);
  second.send(Buffer.concat([Buffer.from('PROXY TCP4 192.0.2.7 192.0.2.1 3 2\r\n'), Buffer.from('/ping\n')]));
  assert.match(await second.rest(), /^FAIL \* address_limit: /);
  const without = await bench.lines(bench.server.proxyPort);
  without.send('/ping\n');
  assert.match(await without.rest(), /^FAIL \* proxy_header: /);
  const silent = await bench.lines(bench.server.proxyPort);
  const { value, elapsedMs } = await bench.elapseUntil(silent.rest());
  assert.match(value, /^FAIL \* proxy_header: /);
  assertAbout(elapsedMs, 3_000);
});

test('[P-16] a server that ends lets answers finish and says so', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const client = await bench.program();
  const id = client.send('chat.send', { text: 'hello' });
  await client.notification('chat.started');
  const drained = bench.drain();
  const notice = await client.notification('server.draining');
  assert.equal(notice.params?.['reconnectAfterMs'], 2_750);
  const refused = client.send('chat.send', { text: 'more' });
  assert.equal((await client.response(refused)).error?.data['reason'], 'draining');
  // In small steps: the answer is also written into the ledger, on a disk that has a time of its own.
  await bench.letTimePassUntil(client.response(id), 20);
  assert.ok(client.messages.at(-1)?.result);
  const lingeringClose = client.next();
  await bench.letTimePassUntil(lingeringClose);
  const last = await lingeringClose;
  client.destroy();
  await bench.letTimePassUntil(drained);
  const { reason, closing, retryAfterMs } = last.error?.data ?? {};
  assert.deepEqual(
    { reason, closing, retryAfterMs },
    { reason: 'draining', closing: true, retryAfterMs: 2_750 },
  );
});

function opened(face: string, count: number): string {
  return `hilo_connections_opened_total{face="${face}"} ${count}`;
}

async function refusalOf(client: RpcClient): Promise<Record<string, unknown>> {
  client.send('server.ping');
  const { id, error } = await client.next();
  assert.equal(id, null);
  assert.equal(error?.data['closing'], true);
  return error.data;
}

/** Deadlines are looked at once a second, and the clock goes in steps. */
function assertAbout(elapsedMs: number, expectedMs: number): void {
  assert.ok(elapsedMs >= expectedMs && elapsedMs <= expectedMs * 1.05 + 2_500, `${elapsedMs} ms`);
}
