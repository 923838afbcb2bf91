/** What people need of a reverse proxy, tried through one that runs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect, type ConnectionOptions } from 'node:tls';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket, type ClientOptions } from 'ws';
import { PASSWORD } from '../people.ts';
import type { Program } from '../program.ts';
import type { House } from './house.ts';

/** A client's own address, which no proxy on the loopback has. */
const CLIENT = '127.0.0.9';
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;

interface Asked {
  readonly path: string;
  readonly method?: 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

interface Site {
  readonly port: number;
  readonly name: string;
}

/** A document, a WebSocket from the page, an answer whose model falls silent, and the address. */
export async function trySite(house: House, proxy: Program, name: string): Promise<void> {
  const site = { port: house.port('443'), name };
  await listening(site.port, proxy);
  const described = await ask(site, { path: '/openapi.json' });
  assert.equal(described.statusCode, 200, await text(described));
  await tryWebSocket(site);
  await tryStream(site, house);
  await tryAddress(site);
}

/** The witness answers what is no checkpoint. */
export async function tryWitness(house: House, proxy: Program, name: string): Promise<void> {
  const site = { port: house.port('443'), name };
  await listening(site.port, proxy);
  const answer = await ask(site, { path: '/add-checkpoint', method: 'POST' }, 'nothing');
  assert.equal(answer.statusCode, 400, await text(answer));
}

/** The text face, over TLS. */
export async function tryLines(house: House, proxy: Program): Promise<void> {
  const port = house.port('5443');
  await listening(port, proxy);
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.setEncoding('utf8').write('hello\n/quit\n');
  const received = await text(socket);
  assert.match(received, /^echo: hello\n-- Usuario-\d+:m1 /m);
}

async function listening(port: number, proxy: Program): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const error = await once(socket, 'secureConnect').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    socket.destroy();
    if (error === undefined || proxy.hasEnded || Date.now() > endMs) return;
    await pause(LOOK_MS);
  }
}

async function ask(site: Site, options: Asked, body?: string): Promise<IncomingMessage> {
  const sent = request({
    host: '127.0.0.1',
    port: site.port,
    servername: site.name,
    rejectUnauthorized: false,
    localAddress: CLIENT,
    timeout: PATIENCE_MS,
    agent: false,
    ...options,
    headers: { host: site.name, 'content-type': 'application/json', ...options.headers },
  });
  sent.on('timeout', () => sent.destroy(new Error('Time ran out for the proxy')));
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

async function tryWebSocket({ port, name }: Site): Promise<void> {
  const options: ClientOptions & ConnectionOptions = {
    servername: name,
    rejectUnauthorized: false,
    headers: { host: name },
    origin: `https://${name}`,
    handshakeTimeout: PATIENCE_MS,
  };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, options);
  await once(socket, 'open');
  socket.send('{"jsonrpc":"2.0","id":1,"method":"server.ping"}');
  const [data] = (await once(socket, 'message')) as [Buffer];
  assert.match(data.toString(), /^\{"jsonrpc":"2\.0","id":1,"result":/);
  socket.close();
  await once(socket, 'close');
}

async function tryStream(site: Site, house: House): Promise<void> {
  house.stub.configure({ next: [{ kind: 'stall_mid', count: 1, afterTokens: 1 }] });
  const aborted = house.stub.nextAbort();
  const body = { model: 'default', stream: true, messages: [{ role: 'user', content: 'one two three' }] };
  const headers = { authorization: `Bearer ${house.places.key}` };
  const path = '/v1/chat/completions';
  const answer = await ask(site, { path, method: 'POST', headers }, JSON.stringify(body));
  let received = '';
  // The model says nothing more: a proxy that kept the beginning to itself would say nothing at all.
  for await (const piece of answer.setEncoding('utf8')) {
    received += String(piece);
    if (received.includes('echo:')) break;
  }
  assert.match(received, /"content":"echo:/);
  answer.destroy();
  // The proxy has to tell that its client has left.
  await aborted;
}

async function tryAddress(site: Site): Promise<void> {
  const email = `${crypto.randomUUID()}@example.org`;
  const account = JSON.stringify({ email, password: PASSWORD });
  const made = await ask(site, { path: '/auth/register', method: 'POST' }, account);
  const { accessToken } = JSON.parse(await text(made)) as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const logins = await text(await ask(site, { path: '/auth/logins', headers }));
  assert.match(logins, new RegExp(`"${RegExp.escape(CLIENT)}"`, 'u'));
}
