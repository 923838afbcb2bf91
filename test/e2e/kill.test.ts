/** Processes that die, are restarted, are told to end: no client hangs, none gets anything twice. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { startStub, type StubLlm } from '../../loadtest/stub-llm.ts';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import { LineClient } from '../support/line-client.ts';
import { freePort, Process } from '../support/processes.ts';
import { ResumableClient } from '../support/resumable-client.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { WebSocketLines } from '../support/websocket-lines.ts';

const KILLS = Number(process.env['KILLS'] ?? 2);
const CLIENTS = 3;
const TOKENS = 30;
const ID = 7;

const place = { port: 0, proxyPort: 0, gatewayPort: 0, dataDir: '' };
let stub: StubLlm;
let postgres: TestPostgres;

before(async () => {
  stub = await startStub({ tokens: TOKENS, tokensPerSecond: 300 });
  postgres = await startPostgres();
  place.port = await freePort();
  place.proxyPort = await freePort();
  place.gatewayPort = await freePort();
  place.dataDir = await mkdtemp(join(tmpdir(), 'hilo-kill-'));
});

after(async () => {
  await stub.close();
  await postgres.stop();
  await rm(place.dataDir, { recursive: true, force: true });
});

function startServer(environment: Record<string, string> = {}): Promise<Process> {
  return Process.start('server/main.ts', {
    APP_PORT: String(place.port),
    APP_PROXY_PORT: String(place.proxyPort),
    METRICS_PORT: '0',
    DATA_DIR: place.dataDir,
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    MAX_IN_FLIGHT: '8',
    RATE_MAX_MESSAGES: '1000',
    ANONYMOUS_CREDITS: '1000000',
    ANONYMOUS_CREDITS_PER_ADDRESS: '1000000000',
    ...environment,
  });
}

function startGateway(): Promise<Process> {
  return Process.start('gateway/main.ts', {
    WS_PORT: String(place.gatewayPort),
    TCP_PORT: String(place.proxyPort),
    GATEWAY_DRAIN_SECONDS: '0',
  });
}

function overWebSocket(): Promise<ResumableClient> {
  return ResumableClient.over(async () => new RpcClient(await WebSocketLines.open(place.gatewayPort)));
}

/** In the middle of their answers. */
async function streaming(open: () => Promise<ResumableClient>): Promise<ResumableClient[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, open));
  for (const client of clients) client.send('chat.send', { text: `from ${client.session}` }, ID);
  await Promise.all(clients.map((client) => client.untilStreamed(ID, '').then(() => untilDelta(client))));
  return clients;
}

async function untilDelta(client: ResumableClient): Promise<void> {
  while (client.streamed(ID) === '') await client.next();
}

async function assertWhole(client: ResumableClient): Promise<void> {
  const { result } = await client.response(ID);
  assert.ok(String(result?.['text']).startsWith(`echo: from ${client.session}`));
  assert.equal(client.streamed(ID), result?.['text']);
}

async function assertLost(client: ResumableClient): Promise<void> {
  client.cut();
  using rpc = await RpcClient.open(place.port);
  assert.equal(await rpc.failure('session.resume', client.resumeParams), 'unknown_session');
  await rpc.call('session.hello', { client: 'test', version: '1' });
  const { text } = await rpc.call('chat.send', { text: 'once more' });
  assert.ok(String(text).startsWith('echo: once more'));
}

for (const dialect of ['sqlite', 'postgres'] as const) {
  test(`kill -9 of the server in mid-stream, ${KILLS} times, ${dialect}: clients begin anew`, async () => {
    const database =
      dialect === 'sqlite'
        ? {}
        : { DATABASE_URL: await postgres.createDatabase(), DATA_DIR: join(place.dataDir, dialect) };
    let server = await startServer(database);
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const clients = await streaming(() => ResumableClient.open(place.port));
        assert.equal(await server.exit('SIGKILL'), 'SIGKILL');
        server = await startServer(database);
        await Promise.all(clients.map((client) => assertLost(client)));
      }
      assert.equal(await server.exit('SIGTERM'), 0);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
}

test(`kill -9 of the gateway in mid-stream, ${KILLS} times: nothing lost, nothing twice`, async () => {
  await using server = await startServer();
  let gateway = await startGateway();
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const receivedBefore = stub.totals.received;
      const clients = await streaming(overWebSocket);
      assert.equal(await gateway.exit('SIGKILL'), 'SIGKILL');
      gateway = await startGateway();
      await Promise.all(
        clients.map(async (client) => {
          await client.resume();
          await assertWhole(client);
          client.cut();
        }),
      );
      assert.equal(stub.totals.received, receivedBefore + CLIENTS);
    }
    assert.equal(await gateway.exit('SIGTERM'), 0);
    assert.equal(await server.exit('SIGTERM'), 0);
  } finally {
    await gateway[Symbol.asyncDispose]();
  }
});

test('kill -9 of the server behind the gateway closes the WebSockets, and they can come back', async () => {
  await using gateway = await startGateway();
  let server = await startServer();
  try {
    const clients = await streaming(overWebSocket);
    await server.exit('SIGKILL');
    for (const client of clients) await client.rpc.lines.rest();
    server = await startServer();
    for (const client of clients) {
      using rpc = new RpcClient(await WebSocketLines.open(place.gatewayPort));
      assert.equal(await rpc.failure('session.resume', client.resumeParams), 'unknown_session');
    }
    assert.equal(await gateway.exit('SIGINT'), 0);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

test('SIGTERM lets what runs finish, tells why, and ends with 0', async () => {
  await using server = await startServer();
  const clients = await streaming(() => ResumableClient.open(place.port));
  using person = await LineClient.open(place.port);
  person.send('hello\n');
  await person.until('echo: hello');
  const exited = server.exit('SIGTERM');
  for (const client of clients) {
    await assertWhole(client);
    // The announcement may come before or after the end of the answer.
    const last = await client.rpc.response(null);
    assert.equal(last.error?.data['reason'], 'draining');
    client.cut();
  }
  assert.match(await person.rest(), /\n-- Usuario-\d+:m1 .*\nFAIL \* draining: .*\n$/);
  person.reset();
  assert.equal(await exited, 0);
});

test('Ctrl-C ends an idle server with 0; a second signal ends a busy one at once', async () => {
  const idle = await startServer();
  assert.equal(await idle.exit('SIGINT'), 0);
  await using busy = await startServer();
  stub.configure({ tokensPerSecond: 1 });
  using client = await RpcClient.open(place.port);
  client.send('chat.send', { text: 'hello' });
  await client.notification('chat.delta');
  busy.child.kill('SIGTERM');
  await client.notification('server.draining');
  assert.equal(await busy.exit('SIGTERM'), 1);
  stub.configure({ tokensPerSecond: 300 });
});

test('kill -9 of the server during HTTP requests: each is answered, and later ones succeed', async () => {
  await using _ = await startGateway();
  let server = await startServer();
  try {
    const ask = () =>
      fetch(`http://127.0.0.1:${place.gatewayPort}/ledger/checkpoint`, {
        signal: AbortSignal.timeout(30_000),
      });
    assert.equal((await ask()).status, 200);
    // It takes requests in, and answers none.
    server.child.kill('SIGSTOP');
    const asked = Array.from({ length: 20 }, ask);
    await gatewayConnections(asked.length);
    await server.exit('SIGKILL');
    for (const response of await Promise.all(asked)) {
      assert.equal(response.status, 503);
      assert.ok(Number(response.headers.get('retry-after')) > 0);
      await response.body?.cancel();
    }
    server = await startServer();
    assert.equal((await ask()).status, 200);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

/** Resolves when so many HTTP requests have a connection to the server. */
async function gatewayConnections(count: number): Promise<void> {
  const sample = 'hilo_gateway_server_connections ';
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${place.gatewayPort}/metrics`);
    const line = (await response.text()).split('\n').find((candidate) => candidate.startsWith(sample));
    if (Number(line?.slice(sample.length)) >= count) return;
    await sleep(10);
  }
}
