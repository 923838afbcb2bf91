/** HTTPS and WSS of a gateway, and its own way to the server over TLS. [G-9] */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test, type TestContext } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { WebSocket, type ClientOptions } from 'ws';
import { readGatewayConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { systemClock } from '../shared/clock.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { testCertificate, type TestCertificate } from './support/certificates.ts';
import { metric } from './support/metrics.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** The page is one of ours, and then its visitor is to sign in. */
const ASKED_FOR_A_KEY = 401;

type Environment = Readonly<Record<string, string>>;

async function stack(
  context: TestContext,
  certificate: TestCertificate,
  options: { server?: Environment; gateway?: Environment; provider?: ScriptedProvider } = {},
) {
  const providers = providersOf(options.provider ?? new EchoProvider());
  const server = await startTestServer({ providers, environment: { ...options.server } });
  const config = readGatewayConfig({
    WS_PORT: '0',
    HTTPS_PORT: '0',
    TCP_PORT: String(server.proxyPort),
    ...certificate.environment,
    ...options.gateway,
  });
  const gateway = await startGateway(config, {
    clock: systemClock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    operations: OPERATION_LIST,
    pageDirectory: '/nonexistent',
    descriptorLimit: 4_096,
  });
  context.after(async () => {
    await gateway.close();
    await server.drain();
  });
  return { port: gateway.address.port, httpsPort: gateway.httpsAddress?.port ?? 0 };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly serial: string;
}

function get(port: number, path: string, options: RequestOptions & { body?: string } = {}): Promise<Reply> {
  const { body, ...more } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...more }, (response) => {
      const { socket } = response as unknown as { socket: TLSSocket };
      const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, serial }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What comes over a WebSocket, line by line. */
class Chat {
  readonly socket: WebSocket;
  readonly #lines: string[] = [];
  #wake: () => void = () => {};

  constructor(url: string, options: ClientOptions) {
    this.socket = new WebSocket(url, options);
    this.socket.on('message', (data: Buffer) => {
      this.#lines.push(data.toString('utf8'));
      this.#wake();
    });
  }

  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  async until(pattern: RegExp): Promise<string> {
    const endMs = Date.now() + 10_000;
    for (;;) {
      const found = this.#lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (Date.now() > endMs) throw new Error(`No ${pattern} among ${JSON.stringify(this.#lines)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

test('the API and WebSockets work over HTTPS, with what browsers are told there', async (context) => {
  const certificate = await testCertificate(context);
  const { port, httpsPort } = await stack(context, certificate, { gateway: { HSTS_SECONDS: '3600' } });
  const ca = certificate.pem;
  const health = await get(httpsPort, '/readyz', { ca });
  assert.deepEqual([health.status, health.text], [200, 'ready\n']);
  assert.equal(health.headers['strict-transport-security'], 'max-age=3600');
  const plain = await fetch(`http://127.0.0.1:${port}/readyz`);
  assert.equal(plain.headers.get('strict-transport-security'), null);
  const person = { email: 'ana@example.org', name: 'Ana', password: 'a sentence of some length' };
  const headers = { 'content-type': 'application/json', origin: `https://localhost:${httpsPort}` };
  const signedUp = await get(httpsPort, '/auth/register', {
    ca,
    method: 'POST',
    headers: { ...headers, host: `localhost:${httpsPort}` },
    body: JSON.stringify(person),
  });
  assert.equal(signedUp.status, 201, signedUp.text);
  assert.match(String(signedUp.headers['set-cookie']), /hilo_refresh=.*; Secure/);
  const chat = await new Chat(`wss://localhost:${httpsPort}/ws`, { ca }).open();
  chat.socket.send('hola');
  await chat.until(/^echo: hola$/);
  chat.socket.close();
});

test('names of the certificate are those of the gateway, for encrypted pages', async (context) => {
  const certificate = await testCertificate(context, ['chat.example.org', '*.chat.example.org']);
  const { port, httpsPort } = await stack(context, certificate);
  const ask = async (host: string, origin: string) => {
    const headers = { host: `${host}:${httpsPort}`, origin, 'content-type': 'application/json' };
    const { status } = await get(httpsPort, '/personas', {
      ca: certificate.pem,
      servername: 'chat.example.org',
      headers,
    });
    return status;
  };
  assert.equal(await ask('chat.example.org', `https://chat.example.org:${httpsPort}`), ASKED_FOR_A_KEY);
  assert.equal(await ask('b.chat.example.org', `https://b.chat.example.org:${httpsPort}`), ASKED_FOR_A_KEY);
  assert.equal(await ask('chat.example.org', `http://chat.example.org:${httpsPort}`), 403);
  assert.equal(await ask('evil.example', `https://evil.example:${httpsPort}`), 403);
  const unencrypted = await fetch(`http://127.0.0.1:${port}/personas`, {
    headers: { origin: 'http://chat.example.org' },
  });
  assert.equal(unencrypted.status, 403);
});

test('a certificate that is replaced serves the next browser, and ends no answer', async (context) => {
  const certificate = await testCertificate(context);
  const provider = new ScriptedProvider();
  const { port, httpsPort } = await stack(context, certificate, {
    provider,
    gateway: { LIMIT_TLS_FILES_CHECK_MS: '20' },
  });
  const before = certificate.serial;
  const chat = await new Chat(`wss://localhost:${httpsPort}/ws`, { ca: certificate.pem }).open();
  chat.socket.send('tell me');
  const call = await provider.next();
  call.say('before\n');
  await chat.until(/^before$/);
  assert.equal((await get(httpsPort, '/healthz', { ca: certificate.pem })).serial, before);
  await certificate.renew();
  const reloads = 'hilo_gateway_tls_reloads_total{outcome="done"}';
  while ((await metric(port, reloads)) !== 1);
  call.say('after\n');
  await chat.until(/^after$/);
  assert.equal((await get(httpsPort, '/healthz', { ca: certificate.pem })).serial, certificate.serial);
  call.end();
  await chat.until(/:m1 /);
  chat.socket.close();
  assert.ok((await metric(port, 'hilo_gateway_tls_handshakes_total{outcome="done"}')) >= 3);
});

test('whoever takes one port for the other is told so', async (context) => {
  const certificate = await testCertificate(context);
  const { port, httpsPort } = await stack(context, certificate);
  const plain = await fetch(`http://127.0.0.1:${httpsPort}/`);
  assert.deepEqual(
    [plain.status, await plain.text()],
    [400, 'This port speaks HTTPS: the address begins with https://\n'],
  );
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(Buffer.from('16030100', 'hex'));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 400 .*This port speaks HTTP without TLS/s);
});

test('the numbers of the operator are not for the port that is open to everybody', async (context) => {
  const certificate = await testCertificate(context);
  const { httpsPort } = await stack(context, certificate, { gateway: { HTTPS_HOST: '0.0.0.0' } });
  const own = await get(httpsPort, '/metrics', { ca: certificate.pem });
  assert.equal(own.status, 200);
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (!outside) return context.diagnostic('This machine has no address but the loopback');
  const socket = connectTls({ host: outside.address, port: httpsPort, rejectUnauthorized: false });
  socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 404 /);
});

test('a gateway speaks TLS to a server whose certificate it knows, and to no other', async (context) => {
  const certificate = await testCertificate(context);
  const stranger = await testCertificate(context);
  const server = { APP_PROXY_TLS: 'true', ...certificate.environment };
  const known = { TCP_TLS: 'true', TCP_CA_FILE: certificate.certificateFile };
  const { port } = await stack(context, certificate, { server, gateway: known });
  assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
  const personas = await fetch(`http://127.0.0.1:${port}/personas`);
  assert.equal(personas.status, ASKED_FOR_A_KEY);
  const chat = await new Chat(`ws://127.0.0.1:${port}/ws`, {}).open();
  chat.socket.send('hola');
  await chat.until(/^echo: hola$/);
  // More than fits into one TLS record comes through the shared buffer whole.
  const long = 'ñ'.repeat(3_500);
  chat.socket.send(long);
  await chat.until(new RegExp(`^echo: ${long}$`));
  chat.socket.close();
  for (const wrong of [
    { ...known, TCP_CA_FILE: stranger.certificateFile },
    { ...known, TCP_TLS_NAME: 'chat.example.org' },
    { TCP_TLS: 'false' },
  ]) {
    const other = await stack(context, certificate, { server, gateway: wrong });
    assert.equal((await fetch(`http://127.0.0.1:${other.port}/readyz`)).status, 503);
    const refused = new WebSocket(`ws://127.0.0.1:${other.port}/ws`);
    const [code] = (await once(refused, 'close')) as [number];
    assert.ok(code >= 1_011, String(code));
  }
});
