/** Whoever stops waiting frees the model at once, in whatever stage; and nobody waits for another's queue. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StubSettings } from '../../loadtest/stub-llm.ts';
import { LineClient } from '../support/line-client.ts';
import { untilMetric } from '../support/metrics.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { startStubServer } from '../support/stub-server.ts';

const KINDS = ['ollama', 'openai'] as const;
const ABORT_MS = 100;
/** A busy machine may be late; that it can be done in time shows once. */
const ATTEMPTS = 4;

const STAGES: Readonly<Record<string, StubSettings>> = {
  'before the headers': { always: ['stall_headers'] },
  'before the first token': { always: ['stall_first_token'] },
  'in mid-stream': { tokens: 100_000, tokensPerSecond: 100 },
};

const WAYS: Readonly<Record<string, (rpc: RpcClient, id: string | number) => void>> = {
  cancel: (rpc, id) => void rpc.send('chat.cancel', { requestId: id }),
  disconnect: (rpc) => rpc.reset(),
};

for (const kind of KINDS) {
  for (const [stage, settings] of Object.entries(STAGES)) {
    for (const [way, act] of Object.entries(WAYS)) {
      test(`${kind}: ${way} ${stage} aborts the call at once and frees the slot`, async () => {
        await using server = await startStubServer(kind, {}, { environment: { MAX_IN_FLIGHT: '1' } });
        const { stub } = server;
        const times: number[] = [];
        while (times.length < ATTEMPTS && !times.some((ms) => ms < ABORT_MS)) {
          stub.configure({ tokens: 0, tokensPerSecond: 0, always: [], ...settings });
          using rpc = await RpcClient.open(server.port);
          const reached = stub.next(stage === 'in mid-stream' ? 'token' : 'request');
          const aborted = stub.nextAbort();
          const id = rpc.send('chat.send', { text: 'hello' });
          await reached;
          if (stage === 'in mid-stream') await rpc.notification('chat.delta');
          const startedMs = performance.now();
          act(rpc, id);
          await aborted;
          times.push(performance.now() - startedMs);
          if (way === 'cancel') assert.equal((await rpc.response(id)).error?.data['reason'], 'cancelled');
          stub.configure({ tokens: 0, tokensPerSecond: 0, always: [] });
          using next = await RpcClient.open(server.port);
          assert.equal((await next.call('chat.send', { text: 'next' }))['text'], 'echo: next');
        }
        assert.ok(
          times.some((ms) => ms < ABORT_MS),
          times.join(),
        );
        assert.equal(stub.totals.aborted, times.length);
      });
    }
  }
}

for (const [way, act] of Object.entries(WAYS)) {
  test(`${way} in the queue: the model is never asked`, async () => {
    const settings = { tokens: 100_000, tokensPerSecond: 100 };
    await using server = await startStubServer('ollama', settings, { environment: { MAX_IN_FLIGHT: '1' } });
    using first = await RpcClient.open(server.port);
    const running = first.send('chat.send', { text: 'runs' });
    await first.notification('chat.delta');
    using second = await RpcClient.open(server.port);
    const waiting = second.send('chat.send', { text: 'waits' });
    assert.equal((await second.notification('chat.queued')).params?.['position'], 1);
    act(second, waiting);
    await untilMetric(server.metricsPort, 'hilo_queue_depth', 0);
    if (way === 'cancel') assert.equal((await second.response(waiting)).error?.data['reason'], 'cancelled');
    server.stub.configure({ tokens: 0, tokensPerSecond: 0 });
    first.send('chat.cancel', { requestId: running });
    await first.response(running);
    using third = await RpcClient.open(server.port);
    assert.equal((await third.call('chat.send', { text: 'next' }))['text'], 'echo: next');
    assert.equal(server.stub.totals.received, 2);
  });

  test(`${way} between two tries: the model is not asked again`, async () => {
    const environment = { MAX_IN_FLIGHT: '1', LLM_BACKOFF_INITIAL_MS: '30000' };
    await using server = await startStubServer(
      'ollama',
      { next: [{ kind: 'server_error' }] },
      { environment },
    );
    const { stub, metricsPort } = server;
    using rpc = await RpcClient.open(server.port);
    const id = rpc.send('chat.send', { text: 'hello' });
    // It waits in the queue only after its first call has failed.
    await untilMetric(metricsPort, 'hilo_queue_depth', 1);
    act(rpc, id);
    await untilMetric(metricsPort, 'hilo_queue_depth', 0);
    if (way === 'cancel') assert.equal((await rpc.response(id)).error?.data['reason'], 'cancelled');
    await untilMetric(metricsPort, 'hilo_retries_total{provider="ollama",failure="server_error"}', 1);
    using next = await RpcClient.open(server.port);
    assert.equal((await next.call('chat.send', { text: 'next' }))['text'], 'echo: next');
    assert.equal(stub.totals.received, 2);
  });
}

test('one with fifty messages waiting delays the first of another by one call at most', async () => {
  const environment = {
    MAX_IN_FLIGHT: '1',
    SESSION_GENERATIONS_MAX: '60',
    LIMIT_PENDING_REQUESTS_MAX: '60',
    RATE_MAX_MESSAGES: '60',
  };
  await using server = await startStubServer('ollama', { firstTokenMs: 400 }, { environment });
  const { stub } = server;
  using greedy = await RpcClient.open(server.port);
  const running = stub.next('request');
  for (let count = 0; count < 50; count += 1) greedy.send('chat.send', { text: `greedy ${count}` });
  await running;
  using other = await RpcClient.open(server.port);
  // The model takes much longer for a call than a line takes to the server.
  const before = stub.totals.received;
  assert.equal((await other.call('chat.send', { text: 'hello' }))['text'], 'echo: hello');
  const position = stub.requests.findIndex(({ body }) => JSON.stringify(body).includes('"hello"'));
  assert.ok(position <= before + 1, `asked at ${position}, when ${before} had been asked`);
});

test('a terminal that is closed in mid-stream is noticed with the next words', async () => {
  const settings = { tokens: 100_000, tokensPerSecond: 100 };
  await using server = await startStubServer('ollama', settings);
  const client = await LineClient.open(server.port);
  client.send('hello\n');
  await client.until('echo: hello');
  const aborted = server.stub.nextAbort();
  client.destroy();
  await aborted;
});
