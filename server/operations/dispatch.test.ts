import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { Call, EventSink, Handlers } from './call.ts';
import { createDispatch, type Responder } from './dispatch.ts';
import { newTestSession, TEST_CONNECTION, testResolver } from '../protocol/session.fixture.ts';

const PONG = { pong: true, time: '2026-01-01T00:00:00.000Z' };

/** What was written, and the result or the key of the failure last. */
class Writer implements Responder {
  readonly written: unknown[] = [];
  readonly details: unknown[] = [];
  wait: Promise<void> | undefined;

  event(_operation: unknown, name: string, params: unknown): void {
    this.written.push([name, params]);
  }

  ready(): Promise<void> | undefined {
    const { wait } = this;
    this.wait = undefined;
    return wait;
  }

  result(_operation: unknown, value: unknown): void {
    this.written.push(value);
  }

  failure({ key, values }: HiloError, trace: string | undefined): void {
    this.details.push(values['detail']);
    this.written.push(trace === undefined ? key : [key, trace]);
  }
}

function setUp(
  handlers: Record<string, (input: never, call: Call, sink: EventSink) => unknown>,
  checkOutput = true,
) {
  const clock = new ManualClock();
  const session = newTestSession(1);
  const finished: (readonly [string, ErrorKey | undefined])[] = [];
  const failed: unknown[] = [];
  const dispatch = createDispatch({
    handlers: handlers as unknown as Handlers,
    preconditions: {},
    principals: testResolver(),
    hub: { join: () => {} },
    clock,
    observer: {
      finished: (name, key) => finished.push([name, key]),
      failed: (_name, _trace, cause) => failed.push(cause),
    },
    operationDeadlineMs: 10_000,
    files: { uploads: { take: () => assert.fail('No input is a file here') }, limits: LIMITS },
    checkOutput,
  });
  const writer = new Writer();
  const run = (name: string, input: unknown = {}) => {
    return dispatch(name, input, { session, requestId: 1, connection: TEST_CONNECTION }, writer);
  };
  return { clock, session, finished, failed, writer, run };
}

test('a result is written and counted', async () => {
  const { writer, run, finished } = setUp({ 'server.ping': () => PONG });
  assert.equal(await run('server.ping'), true);
  assert.deepEqual(writer.written, [PONG]);
  assert.deepEqual(finished, [['server.ping', undefined]]);
});

test('no handler sees a name, an access or an input that is not right', async () => {
  const { writer, run } = setUp({});
  for (const name of ['nothing', '__proto__', 'toString']) assert.equal(await run(name), false);
  await run('credits.grant', { account: 'a', amount: 1 });
  await run('server.ping', { more: 1 });
  await run('chat.history', { limit: 0 });
  await run('chat.history', []);
  assert.deepEqual(writer.written, [
    'unknown_operation',
    'unknown_operation',
    'unknown_operation',
    'auth_required',
    'invalid_params',
    'invalid_params',
    'invalid_params',
  ]);
});

test('what is wrong with the input is told by field, in the language of the session', async () => {
  const { session, writer, run } = setUp({});
  await run('chat.history', { limit: 0 });
  session.locale = 'es';
  await run('chat.history', { limit: 0 });
  const [english, spanish] = writer.details;
  assert.match(String(english), /^limit: must be at least 1, but is 0$/);
  assert.match(String(spanish), /^limit: debe ser como mínimo 1, pero es 0$/);
});

test('the type of what came is told, never what it holds', async () => {
  const { session, writer, run } = setUp({});
  await run('chat.history', { limit: 'many' });
  await run('chat.history', { limit: 1.5 });
  await run('chat.send', { text: 5 });
  await run('chat.send', {});
  session.locale = 'es';
  await run('session.authenticate', { key: ['secret'] });
  assert.deepEqual(writer.details, [
    'limit: must be a number, but is text',
    'limit: must be a whole number, but is 1.5',
    'text: must be text, but is a number',
    'text: is missing',
    'key: debe ser un texto, pero es una lista',
  ]);
});

test('of thousands of names that nobody knows a few are said back, each in short', async () => {
  const { writer, run } = setUp({});
  const names = Array.from({ length: 6_000 }, (_, index) => [`${'\u{1F600}'.repeat(100)}${index}`, 1]);
  await run('server.ping', Object.fromEntries(names));
  const detail = String(writer.details[0]);
  assert.match(detail, /^there are no members /);
  assert.ok(detail.length < 1_000 && detail.isWellFormed());
});

test('a failure of ours is told as internal, its cause is for us alone', async () => {
  const cause = new TypeError('secret');
  const { writer, run, failed } = setUp({
    'server.ping': () => {
      throw cause;
    },
    'server.stats': async () => ({ nonsense: true }),
  });
  await run('server.ping');
  await run('server.stats');
  assert.deepEqual(writer.written, ['internal', 'internal']);
  assert.equal(failed[0], cause);
  assert.equal(failed.length, 2);
});

test('a handler that takes too long is told so, and its caller does not wait', async () => {
  let signal: AbortSignal | undefined;
  const { clock, writer, run } = setUp({
    'models.list': (_, call) => {
      signal = call.signal;
      return new Promise(() => {});
    },
  });
  const running = run('models.list');
  clock.advance(9_999);
  assert.equal(signal?.aborted, false);
  clock.advance(1);
  await running;
  assert.deepEqual(writer.written, ['operation_timeout']);
  assert.equal(signal?.aborted, true);
});

test('a stream is passed on, and its handler learns when the peer is slow', async () => {
  let sent = 0;
  const { session, writer, run } = setUp({
    async 'chat.send'(_: never, _call: Call, sink: EventSink) {
      for (let index = 0; index < 3; index += 1) {
        sink.event('chat.delta', { index });
        sent += 1;
        await sink.ready();
      }
      throw new HiloError('cancelled');
    },
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  writer.wait = promise;
  const running = run('chat.send', { text: 'hello' });
  await new Promise((done) => setImmediate(done));
  assert.equal(sent, 1);
  assert.ok(session.running.has(1));
  resolve();
  assert.equal(await running, false);
  assert.equal(sent, 3);
  assert.deepEqual(writer.written.slice(0, 3), [
    ['chat.delta', { index: 0 }],
    ['chat.delta', { index: 1 }],
    ['chat.delta', { index: 2 }],
  ]);
  assert.deepEqual(writer.written.at(-1), ['cancelled', 'Usuario-1:m1']);
  assert.equal(session.running.size, 0);
});

test('an abort reaches the handler of a stream while its reader is slow', async () => {
  const { session, writer, run } = setUp({
    async 'chat.send'(_: never, { signal }: Call, sink: EventSink) {
      sink.event('chat.delta', {});
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve());
      await Promise.race([sink.ready(), promise]);
      if (signal.aborted) throw new HiloError('cancelled');
    },
  });
  writer.wait = new Promise(() => {});
  const running = run('chat.send', { text: 'hello' });
  await new Promise((done) => setImmediate(done));
  session.abortAll();
  await running;
  assert.deepEqual(writer.written.at(-1), ['cancelled', 'Usuario-1:m1']);
});
