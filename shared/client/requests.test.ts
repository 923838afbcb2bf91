import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../clock.ts';
import { DISCONNECTED, TIMED_OUT, type Outcome } from './message.ts';
import { Requests, type RequestOptions } from './requests.ts';

const DONE: Outcome = { ok: true, result: { text: 'done' } };

/** A delay that is not a number is over at once, as it is for a real timer. */
class TimerClock extends ManualClock {
  override after(delayMs: number, run: () => void): () => void {
    return super.after(delayMs > 0 ? delayMs : 1, run);
  }
}

function setUp() {
  const clock = new TimerClock(0);
  const requests = new Requests(clock);
  const told: string[] = [];
  const add = (id: string | number, options?: RequestOptions) =>
    requests.add(
      id,
      'chat.send',
      { text: `for ${id}` },
      {
        event: (method) => void told.push(`${id} ${method}`),
        settled: (outcome) => void told.push(`${id} ${outcome.ok ? 'ok' : outcome.failure.reason}`),
        repeated: () => void told.push(`${id} repeated`),
      },
      options,
    );
  return { clock, requests, told, add };
}

describe('requests that wait', () => {
  it('end once, and say whether anybody waited', () => {
    const { requests, told, add } = setUp();
    add(1);
    assert.equal(requests.settle(1, DONE), true);
    assert.equal(requests.settle(1, DONE), false);
    assert.equal(requests.settle('never', DONE), false);
    assert.deepEqual(told, ['1 ok']);
  });

  it('end when their time is over, and only those that have a limit', () => {
    const { clock, requests, told, add } = setUp();
    add('limited', { timeoutMs: 100 });
    add('patient');
    clock.advance(99);
    assert.deepEqual(told, []);
    clock.advance(1);
    assert.deepEqual(told, [`limited ${TIMED_OUT.reason}`]);
    clock.advance(3_600_000);
    assert.equal(told.length, 1);
    assert.equal(requests.settle('patient', DONE), true);
  });

  it('leave no timer behind that would end a later request with the same id', () => {
    const { clock, requests, told, add } = setUp();
    add(7, { timeoutMs: 100 });
    requests.settle(7, DONE);
    add(7);
    clock.advance(100);
    assert.deepEqual(told, ['7 ok']);
  });

  it('get what is meant for them, by texts and by numbers', () => {
    const { requests, told, add } = setUp();
    add('one');
    add(2);
    assert.equal(requests.notify('chat.delta', { requestId: 'one' }), true);
    assert.equal(requests.notify('chat.delta', { requestId: 2 }), true);
    for (const requestId of ['2', 3, undefined, null, {}, ['one']]) {
      assert.equal(requests.notify('chat.delta', { requestId }), false);
    }
    assert.deepEqual(told, ['one chat.delta', '2 chat.delta']);
  });

  it('end with the connection unless they survive it', () => {
    const { requests, told, add } = setUp();
    add(1);
    add(2, { survives: true });
    requests.cut();
    assert.deepEqual(told, [`1 ${DISCONNECTED.reason}`]);
    requests.failAll(TIMED_OUT);
    assert.deepEqual(told.slice(1), [`2 ${TIMED_OUT.reason}`]);
    assert.equal(requests.settle(2, DONE), false);
  });

  it('are sent again when they never arrived, as they were', () => {
    const { requests, told, add } = setUp();
    add('running', { survives: true });
    add('lost', { survives: true });
    add('mortal');
    const sent: unknown[] = [];
    requests.repeatLost(['running'], (...request) => void sent.push(request));
    assert.deepEqual(sent, [['lost', 'chat.send', { text: 'for lost' }]]);
    assert.deepEqual(told, ['lost repeated']);
  });
});
