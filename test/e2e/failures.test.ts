/** Every way in which a model server can fail, seen by a client of Hilo. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import type { Failure } from '../../loadtest/stub-llm.ts';
import { LineClient } from '../support/line-client.ts';
import { metric } from '../support/metrics.ts';
import { RpcClient, type RpcMessage } from '../support/rpc-client.ts';
import { startStubServer } from '../support/stub-server.ts';

const KINDS = ['ollama', 'openai'] as const;
const RETRIES = 2;

/** One message, its whole way: what was told on it, and the response. */
async function say(rpc: RpcClient, text: string) {
  const id = rpc.send('chat.send', { text });
  const from = rpc.messages.length;
  const response = await rpc.response(id);
  const events = rpc.messages.slice(from, -1);
  const streamed = events.flatMap(({ method, params }) =>
    method === 'chat.delta' ? [params?.['text']] : [],
  );
  const started = events
    .filter(({ method }) => method === 'chat.started')
    .map(({ params }) => params?.['degraded']);
  return { response, streamed: streamed.join(''), started };
}

function reasonOf({ error }: RpcMessage): unknown {
  return error?.data['reason'];
}

const EARLY: readonly (readonly [Failure, string])[] = [
  ['refused', 'unreachable'],
  ['rate_limited_ms', 'rate_limited'],
  ['server_error', 'server_error'],
  ['busy', 'busy'],
];

for (const kind of KINDS) {
  for (const [fault, failure] of EARLY) {
    test(`${kind}, ${fault}: tried again, answered once; in the end the companion stands in`, async () => {
      const environment = { LLM_MAX_RETRIES: String(RETRIES) };
      await using server = await startStubServer(kind, { retryAfterMs: 5 }, { environment });
      const { stub, metricsPort } = server;
      using rpc = await RpcClient.open(server.port);
      stub.configure({ next: [{ kind: fault, count: RETRIES }] });
      const healed = await say(rpc, 'hello');
      assert.equal(healed.response.result?.['text'], 'echo: hello');
      assert.equal(healed.streamed, 'echo: hello');
      assert.deepEqual(healed.started, [false]);
      assert.equal(stub.totals.received, 1 + RETRIES);
      const retries = `hilo_retries_total{provider="${kind}",failure="${failure}"}`;
      assert.equal(await metric(metricsPort, retries), RETRIES);

      stub.configure({ always: [fault] });
      const fallen = await say(rpc, 'hello');
      assert.deepEqual(fallen.started, [false, true]);
      assert.deepEqual(
        [fallen.response.result?.['provider'], fallen.response.result?.['degraded']],
        ['offline', true],
      );
      assert.equal(fallen.streamed, fallen.response.result?.['text']);
      assert.equal(stub.totals.received, 2 * (1 + RETRIES));
      assert.equal(await metric(metricsPort, retries), 2 * RETRIES);
      assert.equal(await metric(metricsPort, `hilo_fallbacks_total{from="${kind}",to="offline"}`), 1);
    });
  }

  for (const fault of ['stall_headers', 'stall_first_token'] as const) {
    test(`${kind}, ${fault}: given up in time and not tried again; the companion stands in`, async () => {
      const clock = new ManualClock();
      const environment = { LLM_TIMEOUT_SECONDS: '30' };
      await using server = await startStubServer(kind, { always: [fault] }, { clock, environment });
      const { stub } = server;
      using rpc = await RpcClient.open(server.port);
      const requested = stub.next('request');
      const aborted = stub.nextAbort();
      const id = rpc.send('chat.send', { text: 'hello' });
      await requested;
      await rpc.notification('chat.started');
      clock.advance(29_000);
      assert.equal(stub.totals.aborted, 0);
      clock.advance(2_000);
      await aborted;
      assert.equal((await rpc.response(id)).result?.['degraded'], true);
      assert.equal(stub.totals.received, 1);
    });
  }

  for (const fault of ['cut_mid', 'error_mid', 'malformed_mid', 'no_end_mid'] as const) {
    test(`${kind}, ${fault}: an error, after what was said, and nobody else answers`, async () => {
      await using server = await startStubServer(kind, { always: [fault], tokens: 10 });
      using rpc = await RpcClient.open(server.port);
      const { response, streamed, started } = await say(rpc, 'hello');
      assert.equal(reasonOf(response), 'upstream_failed');
      assert.match(String(response.error?.data['trace']), /^Usuario-\d+:m1$/);
      assert.match(streamed, /^echo: hello/);
      assert.deepEqual(started, [false]);
      assert.equal(server.stub.totals.received, 1);
      server.stub.configure({ always: [] });
      assert.match(String((await say(rpc, 'again')).response.result?.['text']), /^echo: again/);
    });
  }

  test(`${kind}, stall_mid: an error in time`, async () => {
    const environment = { LIMIT_LLM_BETWEEN_TOKENS_SECONDS: '1' };
    await using server = await startStubServer(kind, { always: ['stall_mid'] }, { environment });
    using rpc = await RpcClient.open(server.port);
    const aborted = server.stub.nextAbort();
    const { response, streamed } = await say(rpc, 'hello and more');
    await aborted;
    assert.equal(reasonOf(response), 'upstream_timeout');
    assert.equal(streamed, 'echo: hello and');
    assert.equal(server.stub.totals.received, 1);
  });

  test(`${kind}: the breaker opens after five failures, and heals`, async () => {
    const clock = new ManualClock();
    const environment = { LLM_MAX_RETRIES: '0', RATE_MAX_MESSAGES: '100' };
    await using server = await startStubServer(kind, { always: ['server_error'] }, { clock, environment });
    const { stub, metricsPort } = server;
    const breaker = 'hilo_breaker_state{route="stub"}';
    using rpc = await RpcClient.open(server.port);
    for (let count = 0; count < 7; count += 1) {
      assert.equal((await say(rpc, 'hello')).response.result?.['degraded'], true);
    }
    assert.equal(stub.totals.received, 5);
    assert.equal(await metric(metricsPort, breaker), 2);
    clock.advance(60_000);
    assert.equal((await say(rpc, 'hello')).response.result?.['degraded'], true);
    assert.equal(stub.totals.received, 6);
    assert.equal((await say(rpc, 'hello')).response.result?.['degraded'], true);
    assert.equal(stub.totals.received, 6);
    stub.configure({ always: [] });
    clock.advance(60_000);
    assert.equal((await say(rpc, 'hello')).response.result?.['text'], 'echo: hello');
    assert.equal((await say(rpc, 'more')).response.result?.['text'], 'echo: more');
    assert.equal(await metric(metricsPort, breaker), 0);
  });

  test(`${kind}: Retry-After is obeyed when it is short, and not waited for when it is long`, async () => {
    const environment = { LLM_MAX_RETRIES: '3' };
    await using server = await startStubServer(kind, {}, { environment });
    const { stub } = server;
    using rpc = await RpcClient.open(server.port);
    stub.configure({ next: [{ kind: 'rate_limited_ms', retryAfterMs: 150 }] });
    assert.equal((await say(rpc, 'hello')).response.result?.['text'], 'echo: hello');
    const [first, second] = stub.requests;
    assert.ok(first && second && second.receivedAtMs - first.receivedAtMs >= 150);
    stub.configure({ next: [{ kind: 'rate_limited', retryAfterMs: 30_000 }] });
    assert.equal((await say(rpc, 'hello')).response.result?.['degraded'], true);
    assert.equal(stub.totals.received, 3);
  });

  test(`${kind}: nobody listens there, and then somebody does`, async () => {
    const environment = { LLM_MAX_RETRIES: '1' };
    await using server = await startStubServer(kind, {}, { environment });
    await server.stub.down();
    using rpc = await RpcClient.open(server.port);
    const { response } = await say(rpc, 'hello');
    assert.deepEqual([response.result?.['provider'], response.result?.['degraded']], ['offline', true]);
    await server.stub.up();
    assert.equal((await say(rpc, 'hello')).response.result?.['text'], 'echo: hello');
  });

  test(`${kind}: no escape sequence of a model reaches a terminal`, async () => {
    await using server = await startStubServer(kind, { always: ['escapes', 'dribble'] });
    using person = await LineClient.open(server.port);
    person.send('hello \x1b[31m\u202e\n');
    const answer = await person.until(/-- Usuario-\d+:m1 .*\n/);
    // The sequence in the input is dropped, as a key would be; that of the model loses what makes it one.
    assert.match(answer, /echo: hello \s*\[31mred/);
    assert.doesNotMatch(
      person.received,
      /[^\n\t\u0020-\u007e\u00a0-\u200d\u2010-\u2029\u2030-\u2065\u206a-\uffff]/,
    );
  });
}
