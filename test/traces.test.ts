/** Traces as a collector gets them, and what a bad collector costs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { startApiBench, type ApiBench, type ApiBenchOptions } from './support/api-bench.ts';
import { metric } from './support/metrics.ts';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.ts';
import { RpcClient } from './support/rpc-client.ts';

const SERVER = 2;
const CLIENT = 3;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const PARENT = `00-${TRACE}-${SPAN}-01`;
const SECRET = 'mi secreto más hondo';

async function startTraced(
  context: TestContext,
  environment: Readonly<Record<string, string>> = {},
  more: ApiBenchOptions = {},
): Promise<{ bench: ApiBench; collector: OtlpReceiver }> {
  const collector = await OtlpReceiver.start();
  context.after(() => collector[Symbol.asyncDispose]());
  const bench = await startApiBench({
    ...more,
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment },
  });
  context.after(() => bench[Symbol.asyncDispose]());
  return { bench, collector };
}

async function complete(bench: ApiBench, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const body = { model: 'small', messages: [{ role: 'user', content: SECRET }] };
  const response = await bench.post('/v1/chat/completions', body, headers);
  assert.equal(response.status, 200, await response.text());
}

function hasRoot(spans: readonly ReceivedSpan[]): boolean {
  return spans.some(({ kind }) => kind === SERVER);
}

/** The one of that name. */
function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name);
  assert.equal(found.length, 1, `${found.length} spans are called ${name}`);
  return found[0] as ReceivedSpan;
}

test('a request over HTTP is one trace, from its caller to each try of the model server', async (context) => {
  const { bench, collector } = await startTraced(
    context,
    { OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20a2V5,x-tenant=t', USD_PER_CREDIT: '0.01' },
    { price: 1, stub: { next: [{ kind: 'server_error', count: 1 }] } },
  );
  await complete(bench, { traceparent: PARENT, 'x-request-id': 'mine' });
  const spans = await collector.until(hasRoot);
  const root = named(spans, 'completions.create');
  assert.deepEqual([root.kind, root.traceId, root.parentSpanId], [SERVER, TRACE, SPAN]);
  assert.equal(root.attributes['hilo.request'], 'mine');
  assert.equal(root.attributes['langfuse.trace.name'], 'completions.create');
  assert.equal(root.attributes['langfuse.session.id'], root.attributes['session.id']);
  assert.ok(root.attributes['langfuse.user.id']);
  assert.equal(root.resource['service.name'], 'hilo');
  assert.equal(root.schemaUrl, 'https://opentelemetry.io/schemas/1.37.0');
  const exchange = named(spans, 'exchange');
  assert.deepEqual([exchange.parentSpanId, exchange.attributes['hilo.outcome']], [root.spanId, 'answered']);
  const stages = ['check', 'reserve', 'queue', 'deliver', 'settle'].map((name) => named(spans, name));
  const tries = spans.filter(({ name }) => name === 'chat stub');
  assert.deepEqual(
    [...stages, ...tries].map(({ parentSpanId }) => parentSpanId),
    Array(7).fill(exchange.spanId),
  );
  assert.equal(spans.length, 9);
  assert.ok(spans.every(({ traceId }) => traceId === TRACE));
  checkTries(tries);
  // The model server was told the span of each try.
  assert.deepEqual(
    bench.stub.requests.map(({ traceparent }) => traceparent),
    tries.map(({ spanId }) => `00-${TRACE}-${spanId}-01`),
  );
  const [request] = collector.requests;
  assert.equal(request?.path, '/v1/traces');
  assert.deepEqual([request?.headers['authorization'], request?.headers['x-tenant']], ['Basic a2V5', 't']);
  checkTimes(exchange, [...stages, ...tries]);
  assert.doesNotMatch(JSON.stringify(spans), new RegExp(SECRET), 'texts are sent only where they may be');
});

function checkTries(tries: readonly ReceivedSpan[]): void {
  const [failed, answered] = tries;
  assert.deepEqual([failed?.kind, answered?.kind], [CLIENT, CLIENT]);
  assert.deepEqual(failed?.status, { code: 2, message: 'server_error' });
  assert.equal(failed?.attributes['error.type'], 'server_error');
  assert.equal(failed?.attributes['http.response.status_code'], 500);
  assert.ok(Number(failed?.attributes['hilo.retry_in_ms']) >= 0);
  const attributes = answered?.attributes ?? {};
  assert.equal(attributes['gen_ai.operation.name'], 'chat');
  assert.equal(attributes['gen_ai.provider.name'], 'openai');
  assert.equal(attributes['gen_ai.request.model'], 'stub');
  assert.equal(attributes['gen_ai.response.model'], 'stub');
  assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['stop']);
  const tokens =
    Number(attributes['gen_ai.usage.input_tokens']) + Number(attributes['gen_ai.usage.output_tokens']);
  assert.ok(tokens > 1);
  assert.equal(attributes['langfuse.observation.type'], 'generation');
  const { total } = JSON.parse(String(attributes['langfuse.observation.cost_details'])) as { total: number };
  assert.ok(Math.abs(total - tokens * 0.01) < 1e-9, 'a credit for each token');
  assert.match(String(attributes['langfuse.observation.completion_start_time']), /^20\d\d-.*Z$/);
  assert.deepEqual(
    answered?.events.map(({ name }) => name),
    ['first token'],
  );
}

/** Nothing is outside of the exchange, beyond the rounding of clocks. */
function checkTimes(exchange: ReceivedSpan, parts: readonly ReceivedSpan[]): void {
  const slack = 1_000_000n;
  for (const { name, startTimeUnixNano: start, endTimeUnixNano: end } of parts) {
    assert.ok(BigInt(start) <= BigInt(end), name);
    assert.ok(BigInt(start) + slack >= BigInt(exchange.startTimeUnixNano), name);
    assert.ok(BigInt(end) <= BigInt(exchange.endTimeUnixNano) + slack, name);
  }
}

test('a message on a line has its trace too, and its texts where LOG_CONTENT allows it', async (context) => {
  const { bench, collector } = await startTraced(context, { LOG_CONTENT: 'true' });
  using client = await RpcClient.open(bench.http.linePort);
  const asked = { jsonrpc: '2.0', id: 1, method: 'chat.send', params: { text: SECRET } };
  client.lines.send(`${JSON.stringify({ ...asked, traceparent: PARENT })}\n`);
  const { result } = await client.response(1);
  client.lines.send(`${JSON.stringify({ ...asked, id: 2, traceparent: 'nonsense' })}\n`);
  await client.response(2);
  const spans = await collector.until((all) => all.filter(({ kind }) => kind === SERVER).length === 2);
  const [root, other] = spans.filter(({ name }) => name === 'chat.send');
  assert.deepEqual([root?.traceId, root?.parentSpanId], [TRACE, SPAN]);
  assert.notEqual(other?.traceId, TRACE);
  assert.equal(other?.parentSpanId, undefined);
  const { attributes = {} } = root ?? {};
  assert.equal(attributes['gen_ai.conversation.id'], result?.['conversation']);
  assert.equal(attributes['langfuse.session.id'], result?.['conversation']);
  assert.equal(attributes['langfuse.trace.input'], SECRET);
  assert.equal(attributes['langfuse.trace.output'], result?.['text']);
  assert.deepEqual(JSON.parse(String(attributes['gen_ai.input.messages'])), [
    { role: 'user', parts: [{ type: 'text', content: SECRET }] },
  ]);
});

test('a refused message is a short trace with the reason, and a failed one says so', async (context) => {
  const { bench, collector } = await startTraced(
    context,
    { LLM_MAX_RETRIES: '0' },
    {
      stub: { always: ['server_error'] },
    },
  );
  using client = await RpcClient.open(bench.http.linePort);
  const reason = await client.failure('chat.send', { text: SECRET });
  assert.equal(await client.failure('chat.send', {}), 'invalid_params');
  const spans = await collector.until((all) => all.filter(({ kind }) => kind === SERVER).length === 2);
  const [failed, refused] = spans.filter(({ name }) => name === 'chat.send');
  assert.deepEqual([failed?.status.code, failed?.attributes['error.type']], [2, reason]);
  assert.equal(named(spans, 'exchange').attributes['hilo.outcome'], reason);
  assert.equal(refused?.attributes['error.type'], 'invalid_params');
  assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === refused?.spanId).length, 0);
});

test('what is not sampled is not sent, and the model server is told so', async (context) => {
  const { bench, collector } = await startTraced(context, {
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  await complete(bench);
  await complete(bench, { traceparent: PARENT.replace(/01$/, '00') });
  await complete(bench, { traceparent: PARENT });
  const spans = await collector.until(hasRoot);
  assert.ok(spans.every(({ traceId }) => traceId === TRACE));
  assert.equal(spans.filter(({ kind }) => kind === SERVER).length, 1);
  assert.deepEqual(
    bench.stub.requests.map(({ traceparent }) => traceparent?.slice(-2)),
    ['00', '00', '01'],
  );
});

/** Of twenty messages, one after the other: the time of the slowest. */
async function slowestOf(bench: ApiBench): Promise<number> {
  let slowestMs = 0;
  for (let count = 0; count < 20; count += 1) {
    const beganMs = performance.now();
    await complete(bench);
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
  }
  return slowestMs;
}

async function listening(context: TestContext, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Far less than any of the times that are allowed to a collector. */
const NOT_WAITED_MS = 1_500;

test('a collector that never answers delays no message and no end', async (context) => {
  const endpoint = await listening(
    context,
    createServer(() => {}),
  );
  const bench = await startApiBench({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  const slowestMs = await slowestOf(bench);
  assert.ok(slowestMs < NOT_WAITED_MS, `${slowestMs} ms`);
  const beganMs = performance.now();
  await bench[Symbol.asyncDispose]();
  // Two seconds are given to the collector, the rest is that of every server that ends.
  assert.ok(performance.now() - beganMs < 8_000);
});

for (const [what, answer] of [
  ['garbage', 'no HTTP at all\r\n\r\n'],
  ['a page of errors', 'HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope'],
] as const) {
  test(`a collector that sends ${what} is counted and borne`, async (context) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', () => socket.write(answer));
    });
    const endpoint = await listening(context, server);
    const bench = await startApiBench({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
    context.after(() => bench[Symbol.asyncDispose]());
    assert.ok((await slowestOf(bench)) < NOT_WAITED_MS);
    const endMs = Date.now() + 30_000;
    while ((await metric(bench.http.metricsPort, 'hilo_spans_total{outcome="failed"}')) === 0) {
      assert.ok(Date.now() < endMs, 'no batch has failed');
    }
    await complete(bench);
  });
}

test('a collector that is not there delays nothing', async (context) => {
  const gone = createServer();
  const endpoint = await listening(context, gone);
  gone.close();
  const bench = await startApiBench({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  context.after(() => bench[Symbol.asyncDispose]());
  assert.ok((await slowestOf(bench)) < NOT_WAITED_MS);
});
