import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../../shared/clock.ts';
import { exchangeRecord } from '../exchange-record.fixture.ts';
import { partsOf } from './exchange-spans.ts';
import { OtelTracing } from './otel-tracing.ts';
import { SPAN_LIMITS } from './span-sender.ts';

const SETTINGS = {
  headers: {},
  serviceName: 'test',
  sampler: 'always_on',
  ratio: 1,
  usdPerCredit: undefined,
  hasContent: false,
} as const;

const MESSAGES = 2_000;
const PATIENCE_MS = 30_000;

/** Counts spans, and answers when the test lets it. */
async function startCollector(context: TestContext) {
  const held: ServerResponse[] = [];
  const collector = { spans: 0, isHeld: true, url: '', release: () => {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      collector.spans += Buffer.concat(chunks).toString().split('"spanId"').length - 1;
      if (collector.isHeld) held.push(response);
      else response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  collector.release = () => {
    collector.isHeld = false;
    for (const response of held) response.end('{}');
  };
  return collector;
}

test('while a collector does not answer, one queue of spans waits; the rest is dropped', async (context) => {
  const collector = await startCollector(context);
  let taken = 0;
  const tracing = new OtelTracing({
    settings: { ...SETTINGS, url: collector.url },
    version: '1',
    clock: systemClock,
    onBatch: (spans, error) => (taken += error ? 0 : spans),
  });
  const beganMs = performance.now();
  for (let number = 0; number < MESSAGES; number += 1) {
    tracing.exchangeEnded(exchangeRecord({ trace: `Usuario-1:m${number}` }));
  }
  const eachMs = (performance.now() - beganMs) / MESSAGES;
  assert.ok(eachMs < 5, `${eachMs} ms for each exchange`);
  const made = MESSAGES * (partsOf(exchangeRecord(), undefined).length + 1);
  const boundary = SPAN_LIMITS.queueMax + SPAN_LIMITS.requestsMax * SPAN_LIMITS.batchMax;
  assert.ok(made > 2 * boundary);
  const endMs = Date.now() + PATIENCE_MS;
  while (collector.spans === 0) {
    assert.ok(Date.now() < endMs, 'nothing was sent');
    await new Promise((resolve) => setImmediate(resolve));
  }
  collector.release();
  await tracing.close();
  assert.ok(collector.spans >= SPAN_LIMITS.queueMax, `${collector.spans} came`);
  assert.ok(collector.spans <= boundary, `${collector.spans} came`);
  assert.equal(taken, collector.spans);
});

test('an exchange without a request is a trace of its own, known while it runs', async (context) => {
  const collector = await startCollector(context);
  const tracing = new OtelTracing({
    settings: { ...SETTINGS, url: collector.url },
    version: '1',
    clock: systemClock,
    onBatch: () => {},
  });
  const { trace } = exchangeRecord();
  const { traceparent } = tracing.attemptBegan(trace);
  assert.equal(traceparent.split('-')[1], tracing.traceIdOf(trace));
  assert.equal(tracing.attemptBegan(trace).traceparent.split('-')[1], tracing.traceIdOf(trace));
  tracing.exchangeEnded(exchangeRecord());
  assert.equal(tracing.traceIdOf(trace), undefined, 'nothing is kept of what is over');
  collector.release();
  await tracing.close();
  assert.equal(collector.spans, partsOf(exchangeRecord(), undefined).length + 1);
});

test('the stage in which an exchange failed carries the reason, and later ones are not there', () => {
  const { times } = exchangeRecord();
  const none = { queuedMs: undefined, firstTokenMs: undefined, deliveredMs: undefined };
  const refused = exchangeRecord({
    outcome: 'insufficient_credits',
    attempts: [],
    times: { ...times, ...none, admittedMs: undefined },
  });
  assert.deepEqual(
    partsOf(refused, undefined).map(({ name, error }) => [name, error]),
    [
      ['check', undefined],
      ['reserve', 'insufficient_credits'],
    ],
  );
  const cancelled = exchangeRecord({ outcome: 'cancelled', attempts: [], times: { ...times, ...none } });
  assert.deepEqual(
    partsOf(cancelled, undefined).map(({ name, error }) => [name, error]),
    [
      ['check', undefined],
      ['reserve', undefined],
      ['queue', undefined],
    ],
  );
});
