import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiloError } from '../../shared/errors.ts';
import { SendOnce, type SendOnceLimits } from './send-once.ts';

const LIMITS: SendOnceLimits = { runningMax: 100, finishedMax: 2, finishedCharactersMax: 1_000 };

interface Sent {
  readonly text: string;
}

function setUp(limits: Partial<SendOnceLimits> = {}) {
  const sends = new SendOnce<Sent>({ ...LIMITS, ...limits });
  const calls: PromiseWithResolvers<Sent>[] = [];
  const send = (id: string, text = 'hello', signal = new AbortController().signal, owner = 'a') =>
    sends.run(owner, id, { text, model: undefined, about: '', signal }, () => {
      const call = Promise.withResolvers<Sent>();
      calls.push(call);
      return call.promise;
    });
  return { sends, calls, send };
}

test('a repeated send joins the first, while it runs and after', async () => {
  const { calls, send } = setUp();
  const first = send('1');
  const joined = send('1');
  calls[0]?.resolve({ text: 'once' });
  assert.equal((await first).text, 'once');
  assert.equal(await joined, await first);
  assert.equal(await send('1'), await first);
  assert.equal(calls.length, 1);
});

test('the same id of another owner, or with other content, is another send', async () => {
  const { calls, send } = setUp();
  void send('1');
  void send('1', 'hello', undefined, 'b');
  assert.equal(calls.length, 2);
  await assert.rejects(send('1', 'other'), { key: 'conflict' });
});

test('a send that fails is told to everybody who waits, and can be tried again', async () => {
  const { sends, calls, send } = setUp();
  const first = send('1');
  const joined = send('1');
  calls[0]?.reject(new HiloError('cancelled'));
  await assert.rejects(first, { key: 'cancelled' });
  await assert.rejects(joined, { key: 'cancelled' });
  assert.equal(sends.running, 0);
  void send('1');
  assert.equal(calls.length, 2);
});

test('sends that run are never forgotten, however many have ended meanwhile', async () => {
  const { sends, calls, send } = setUp();
  const first = send('first');
  for (let id = 0; id < 50; id++) {
    const one = send(String(id));
    calls.at(-1)?.resolve({ text: 'x' });
    await one;
  }
  assert.deepEqual([sends.running, sends.finished], [1, 2]);
  const again = send('first');
  calls[0]?.resolve({ text: 'late' });
  assert.equal(await again, await first);
  assert.equal(calls.length, 51);
});

test('the memory of finished sends is bounded in characters', async () => {
  const { sends, calls, send } = setUp({ finishedMax: 100 });
  for (let id = 0; id < 5; id++) {
    const one = send(String(id));
    calls.at(-1)?.resolve({ text: 'x'.repeat(400) });
    await one;
  }
  assert.equal(sends.finished, 2);
});

test('past the limit of sends that run another is refused', async () => {
  const { send } = setUp({ runningMax: 1 });
  void send('1');
  await assert.rejects(send('2'), { key: 'too_many_pending' });
});

test('a repeated send that is cancelled waits no longer', async () => {
  const { calls, send } = setUp();
  const first = send('1');
  const controller = new AbortController();
  const joined = send('1', 'hello', controller.signal);
  controller.abort();
  await assert.rejects(joined, { key: 'cancelled' });
  await assert.rejects(send('1', 'hello', controller.signal), { key: 'cancelled' });
  calls[0]?.resolve({ text: 'goes on' });
  assert.equal((await first).text, 'goes on');
});

test('what an owner has erased is not given out again', async () => {
  const { calls, send, sends } = setUp();
  const mine = send('1');
  calls[0]?.resolve({ text: 'mine' });
  const theirs = send('1', 'hello', undefined, 'b');
  calls[1]?.resolve({ text: 'theirs' });
  await Promise.all([mine, theirs]);
  const runs = send('2');
  assert.equal(sends.hasForgotten, false);
  sends.forget('a');
  assert.equal(sends.hasForgotten, true);
  assert.equal(sends.finished, 1);
  void send('1');
  assert.equal(calls.length, 4);
  calls[2]?.resolve({ text: 'said before it was erased' });
  await runs;
  void send('2');
  assert.equal(calls.length, 5);
});
