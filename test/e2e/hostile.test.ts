/**
 * Hostile peers, against a server in a process of its own: its memory is bounded, and nobody else waits for
 * them.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startStub, type StubLlm } from '../../loadtest/stub-llm.ts';
import { LineClient } from '../support/line-client.ts';
import { metric, untilMetric } from '../support/metrics.ts';
import { freePort, Process } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';

const SEED = 20_261_125;
const MIB = 1024 * 1024;
/**
 * Hostile bytes that wait in the server at any time are few; the rest of this is the garbage of a busy
 * process.
 */
const GROWTH_MAX = 96 * MIB;
const closed = (reason: string) => `hilo_connections_closed_total{reason="${reason}"}`;

const place = { port: 0, metricsPort: 0, dataDir: '' };
let stub: StubLlm;
let server: Process;

before(async () => {
  stub = await startStub({ tokens: 40 });
  place.port = await freePort();
  place.metricsPort = await freePort();
  place.dataDir = await mkdtemp(join(tmpdir(), 'hilo-hostile-'));
  server = await Process.start('server/main.ts', {
    // At the pace of P-13 a line of 16 MiB would take a minute.
    LIMIT_INPUT_BYTES_PER_SECOND: '1000000000',
    LIMIT_INPUT_BYTES_BURST: '1000000000',
    APP_PORT: String(place.port),
    APP_PROXY_PORT: '0',
    METRICS_PORT: String(place.metricsPort),
    DATA_DIR: place.dataDir,
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    MODEL_PRICES: '{"*":{"input":0,"output":0}}',
    RATE_MAX_MESSAGES: '100000',
    LIMIT_WRITE_PROGRESS_MS: '1000',
    LIMIT_FLOOD_SECONDS_MAX: '1',
  });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await stub.close();
  await rm(place.dataDir, { recursive: true, force: true });
});

function residentBytes(): Promise<number> {
  return metric(place.metricsPort, 'process_resident_memory_bytes');
}

async function pour(client: LineClient, chunk: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times && !client.hasEnded; count += 1) {
    await new Promise((resolve) => client.socket.write(chunk, resolve));
  }
}

test('16 MiB without a line end cost nothing, on both faces, and the connection lives', async () => {
  const startBytes = await residentBytes();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  using person = await LineClient.open(place.port);
  using program = await LineClient.open(place.port);
  program.send('{');
  await Promise.all([pour(person, chunk, 256), pour(program, chunk, 256)]);
  person.send('\n/ping\n');
  await person.until(/FAIL \* line_too_long: .*\npong .*\n/);
  program.send('\n{"jsonrpc":"2.0","id":1,"method":"server.ping"}\n');
  await program.until(/"reason":"line_too_long".*\n.*"pong":true.*\n/);
  const grownBytes = (await residentBytes()) - startBytes;
  assert.ok(grownBytes < GROWTH_MAX, `${grownBytes}`);
});

test(`any bytes at all leave the server standing (seed ${SEED})`, async () => {
  const Hostile = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(`${text}\n`)),
    fc.json().map((json) => Buffer.from(`${json}\n`)),
    fc
      .record({
        jsonrpc: fc.constant('2.0'),
        id: fc.jsonValue(),
        method: fc.string(),
        params: fc.jsonValue(),
      })
      .map((request) => Buffer.from(`${JSON.stringify(request)}\n`)),
  );
  const property = fc.asyncProperty(
    fc.boolean(),
    fc.array(Hostile, { maxLength: 8 }),
    async (isJson, lines) => {
      using client = await LineClient.open(place.port);
      client.send(Buffer.concat([Buffer.from(isJson ? '{}\n' : '/help\n'), ...lines]));
      client.end();
      await client.rest();
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 60 });
  assert.equal(await metric(place.metricsPort, 'hilo_refusals_total{key="internal"}'), 0);
});

/** The best of some tries: what it is when the machine is not busy with something else. */
async function firstTokenMs(): Promise<number> {
  using rpc = await RpcClient.open(place.port);
  const times: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const startedMs = performance.now();
    const id = rpc.send('chat.send', { text: 'hello' });
    await rpc.notification('chat.delta');
    times.push(performance.now() - startedMs);
    await rpc.response(id);
  }
  return Math.min(...times);
}

test('with idle, slow and flooding peers at once a normal client is served as before', async () => {
  const startBytes = await residentBytes();
  const aloneMs = await firstTokenMs();
  stub.configure({ tokens: 100_000 });
  const idle = await Promise.all(Array.from({ length: 300 }, () => LineClient.open(place.port)));
  using slow = await LineClient.open(place.port);
  slow.socket.pause();
  slow.send('hello\n'.repeat(30));
  await untilMetric(place.metricsPort, 'hilo_calls_in_flight', 1);
  using flooder = await LineClient.open(place.port);
  const flooding = pour(flooder, Buffer.from('/ping\n'.repeat(1_000)), 1_000);
  stub.configure({ tokens: 40 });
  const amongThemMs = await firstTokenMs();
  assert.ok(amongThemMs < 2 * aloneMs + 5, `${aloneMs} ms alone, ${amongThemMs} ms among them`);
  await flooder.until(/FAIL \* flooding: .*\n/);
  flooder.reset();
  await flooding;
  await untilMetric(place.metricsPort, closed('flooding'), 1);
  const grownBytes = (await residentBytes()) - startBytes;
  assert.ok(grownBytes < GROWTH_MAX, `${grownBytes}`);
  for (const client of idle) client.reset();
});
