/** Lines over TLS: with a real client, with certificates that are replaced, and against floods. [P-18] */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { ManualClock } from '../shared/clock.ts';
import { openssl, testCertificate, type TestCertificate } from './support/certificates.ts';
import { LineClient } from './support/line-client.ts';
import { metric, untilMetric } from './support/metrics.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

async function start(certificate: TestCertificate, options: TestServerOptions = {}) {
  const server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    ...options,
    environment: { TLS_PORT: '0', ...certificate.environment, ...options.environment },
  });
  return { ...server, tlsPort: server.tlsPort ?? 0 };
}

test('openssl checks the certificate, and talks over TLS 1.3 and 1.2 alone', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate);
  const trust = ['-CAfile', certificate.certificateFile, '-verify_return_error', '-verify_hostname'];
  for (const version of ['1_3', '1_2']) {
    const options = [`-tls${version}`, '-quiet', ...trust, 'localhost'];
    const { status, output } = await openssl(server.tlsPort, 'hola\n/quit\n', options);
    assert.equal(status, 0, output);
    assert.match(output, /echo: hola\n/);
  }
  const elsewhere = await openssl(server.tlsPort, '/quit\n', [...trust, 'chat.example.org']);
  assert.match(elsewhere.output, /hostname mismatch/i);
  const old = await openssl(server.tlsPort, '', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']);
  assert.notEqual(old.status, 0);
  assert.match(old.output, /alert protocol version|no protocols available/);
});

test('nobody gets a second handshake on a connection', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate);
  const again = await openssl(server.tlsPort, 'R\n', ['-tls1_2']);
  assert.match(again.output, /no renegotiation/);
});

test('over TLS passwords are taken from other machines too, without it they are not', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate, { environment: { PROXY_PROTOCOL_FROM: '127.0.0.1' } });
  const header = 'PROXY TCP4 192.0.2.7 127.0.0.1 40000 5001\r\n';
  const raw = connect({ port: server.tlsPort, host: '127.0.0.1' });
  await once(raw, 'connect');
  raw.write(header);
  const socket = connectTls({ socket: raw, ca: certificate.pem, servername: 'localhost' });
  const sentence = 'a sentence of some length';
  socket.write(`/lang en\n/register ana@example.org\n${sentence}\n/quit\n`);
  const answers = await textOf(socket);
  assert.match(answers, /^-- .*password/im);
  assert.match(answers, /ana@example\.org/);
  assert.doesNotMatch(answers, /plain_login/);
  using plain = await LineClient.open(server.port);
  plain.send(`${header}/lang en\n/login ana@example.org\n`);
  await plain.until('FAIL login plain_login');
});

test('a certificate that is replaced serves the next connections, and ends no stream', async (context) => {
  const certificate = await testCertificate(context);
  const before = certificate.serial;
  const provider = new ScriptedProvider();
  await using server = await start(certificate, {
    providers: providersOf(provider),
    environment: { LIMIT_TLS_FILES_CHECK_MS: '20' },
  });
  using reader = await LineClient.open(server.tlsPort, { ca: certificate.pem });
  assert.equal(serialOf(reader), before);
  reader.send('tell me\n');
  const call = await provider.next();
  call.say('before, ');
  await reader.until('before, ');
  await certificate.renew();
  await untilMetric(server.metricsPort, 'hilo_tls_reloads_total{outcome="done"}', 1);
  call.say('after');
  await reader.until('after');
  using next = await LineClient.open(server.tlsPort, { ca: certificate.pem });
  assert.notEqual(certificate.serial, before);
  assert.equal(serialOf(next), certificate.serial);
  call.end();
  await reader.until(':m1 ');
  const expiry = await metric(server.metricsPort, 'hilo_tls_certificate_expiry_timestamp_seconds');
  assert.ok(Math.abs(expiry - Date.now() / 1_000 - 30 * 86_400) < 600, String(expiry));
});

test('a broken new certificate keeps the old one, and is logged and counted once', async (context) => {
  const certificate = await testCertificate(context);
  const before = certificate.serial;
  const logged: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  await using server = await start(certificate, { log, environment: { LIMIT_TLS_FILES_CHECK_MS: '20' } });
  const old = certificate.pem;
  const other = await testCertificate(context);
  await certificate.replace({ certificate: other.pem, key: 'not a key' });
  const failed = 'hilo_tls_reloads_total{outcome="failed"}';
  await untilMetric(server.metricsPort, failed, 1);
  using client = await LineClient.open(server.tlsPort, { ca: old });
  assert.equal(serialOf(client), before);
  await certificate.renew();
  await untilMetric(server.metricsPort, 'hilo_tls_reloads_total{outcome="done"}', 1);
  assert.equal(await metric(server.metricsPort, failed), 1);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /cannot be used; the one before stays in use/);
  assert.match(logged[0] ?? '', /is not a private key in PEM/);
  assert.doesNotMatch(logged[0] ?? '', /not a key"/);
});

test('plain text on the port for TLS is told so in its own protocol, and so is silence', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate, { environment: { LIMIT_TLS_HANDSHAKE_MS: '300' } });
  const text = /^FAIL \* tls_expected: This port speaks TLS .*\n$/;
  for (const sent of ['hello\n', 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n', '']) {
    using client = await LineClient.open(server.tlsPort);
    client.send(sent);
    assert.match(await client.rest(), text, sent);
  }
  using program = await LineClient.open(server.tlsPort);
  program.send('{"jsonrpc":"2.0","id":1,"method":"server.stats"}\n');
  const answer = JSON.parse(await program.rest()) as { error: { data: object } };
  assert.partialDeepStrictEqual(answer.error.data, { reason: 'tls_expected', closing: true });
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_total{outcome="plain"}', 4);
  await untilMetric(server.metricsPort, 'hilo_connections', 0);
});

test('TLS on the plain port gets a line that says so', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate);
  using client = await LineClient.open(server.port);
  client.send(Buffer.from('16030100', 'hex'));
  assert.match(await client.rest(), /^FAIL \* protocol_violation: This port speaks lines, not TLS/);
  const { status, output } = await openssl(server.port, '');
  assert.notEqual(status, 0);
  assert.match(output, /wrong version number|packet length too long/);
});

test('handshakes that never end give way, and do not keep anybody out', async (context) => {
  const certificate = await testCertificate(context);
  const environment = { LIMIT_TLS_HANDSHAKES_MAX: '40', ADDRESS_LIMIT_EXEMPT: '192.0.2.1' };
  await using server = await start(certificate, { environment });
  const sockets = [];
  for (let index = 0; index < 120; index += 1) {
    const socket = connect({
      port: server.tlsPort,
      host: '127.0.0.1',
      localAddress: `127.0.1.${1 + (index % 30)}`,
    });
    socket.on('error', () => socket.destroy());
    socket.write(Buffer.from('160301', 'hex'));
    sockets.push(socket);
  }
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_total{outcome="displaced"}', 80);
  assert.equal(await metric(server.metricsPort, 'hilo_tls_handshakes_in_progress'), 40);
  using client = await LineClient.open(server.tlsPort, { ca: certificate.pem });
  client.send('hello\n');
  await client.until('echo: hello\n');
  for (const socket of sockets) socket.destroy();
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_in_progress', 0);
});

test('one address has so many handshakes at once; the next gets an alert', async (context) => {
  const certificate = await testCertificate(context);
  const environment = { LIMIT_ADDRESS_TLS_HANDSHAKES_MAX: '2', ADDRESS_LIMIT_EXEMPT: '192.0.2.1' };
  await using server = await start(certificate, { environment });
  using first = await LineClient.open(server.tlsPort);
  using second = await LineClient.open(server.tlsPort);
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_in_progress', 2);
  const { status, output } = await openssl(server.tlsPort, 'hello\n');
  assert.notEqual(status, 0);
  assert.match(output, /alert access denied/);
  using other = await LineClient.open(server.tlsPort, { ca: certificate.pem, localAddress: '127.0.0.9' });
  other.send('hello\n');
  await other.until('echo: hello\n');
  first.destroy();
  second.destroy();
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_in_progress', 0);
  await untilMetric(server.metricsPort, 'hilo_tls_handshakes_total{outcome="gone"}', 2);
});

test('an address that connects too quickly is refused before its handshake', async (context) => {
  const certificate = await testCertificate(context);
  const environment = { LIMIT_ADDRESS_CONNECTS_BURST: '1', ADDRESS_LIMIT_EXEMPT: '192.0.2.1' };
  // A clock that stands still earns nobody another connection.
  await using server = await start(certificate, { environment, clock: new ManualClock() });
  using client = await LineClient.open(server.tlsPort, { ca: certificate.pem });
  const { output } = await openssl(server.tlsPort, 'hello\n');
  assert.match(output, /alert access denied/);
  client.send('hello\n');
  await client.until('echo: hello\n');
  assert.equal(await metric(server.metricsPort, 'hilo_tls_handshakes_total{outcome="done"}'), 1);
  assert.equal(await metric(server.metricsPort, 'hilo_connections_closed_total{reason="address_limit"}'), 1);
});

test('a flood of whole handshakes delays nobody else', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await start(certificate);
  using client = await LineClient.open(server.port);
  client.send('{"jsonrpc":"2.0","id":0,"method":"session.hello","params":{"client":"t","version":"1"}}\n');
  await client.line();
  // In TLS 1.2 the client's end of a handshake comes after the server's.
  const place = ['-connect', `127.0.0.1:${server.tlsPort}`, '-tls1_2'];
  const flood = Array.from({ length: 2 }, () =>
    spawn('openssl', ['s_time', ...place, '-new', '-time', '3'], { stdio: 'ignore' }),
  );
  const ends = flood.map((child) => once(child, 'exit'));
  const waits: number[] = [];
  while (flood.some((child) => child.exitCode === null)) {
    const beganMs = performance.now();
    client.send('{"jsonrpc":"2.0","id":1,"method":"session.ack","params":{"seq":0}}\n');
    await client.line();
    waits.push(performance.now() - beganMs);
  }
  await Promise.all(ends);
  const made = await metric(server.metricsPort, 'hilo_tls_handshakes_total{outcome="done"}');
  assert.ok(made > 20, `${made} handshakes`);
  const slowest = waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Infinity;
  assert.ok(slowest < 500, `${Math.round(slowest)} ms at the 99th percentile of ${waits.length}`);
});

test('the port of the gateway can speak TLS; without it, it says so', async (context) => {
  const certificate = await testCertificate(context);
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { APP_PROXY_TLS: 'true', ...certificate.environment },
  });
  assert.equal(server.tlsPort, undefined);
  using gateway = await LineClient.open(server.proxyPort, { ca: certificate.pem });
  gateway.send('PROXY TCP4 192.0.2.7 127.0.0.1 40000 5002\r\nhello\n');
  await gateway.until('echo: hello\n');
  using plain = await LineClient.open(server.proxyPort);
  plain.send('PROXY TCP4 192.0.2.7 127.0.0.1 40000 5002\r\nhello\n');
  assert.match(await plain.rest(), /^FAIL \* tls_expected: /);
});

function serialOf(client: LineClient): string {
  return (client.socket as TLSSocket).getPeerX509Certificate()?.serialNumber ?? '';
}

async function textOf(socket: TLSSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
