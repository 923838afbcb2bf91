import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { LocalModelSlots } from './local-model-slots.ts';
import { runInTurn } from './run-in-turn.ts';
import { settled } from './slot-task.fixture.ts';

function start() {
  const slots = new LocalModelSlots({ clock: new ManualClock(), slots: 1, queueMax: 4, durationGuessMs: 20 });
  const ran: string[] = [];
  const run = (client: string, signal = new AbortController().signal) => {
    const { promise: ends, resolve } = Promise.withResolvers<string>();
    const outcome = runInTurn(slots, { client, owner: client }, signal, () => {
      ran.push(client);
      return ends;
    });
    return { outcome, finish: () => resolve(`${client} done`) };
  };
  return { slots, ran, run };
}

test('work runs one after the other, each client in its turn, and gives its value back', async () => {
  const { ran, run } = start();
  const all = ['a', 'a', 'b'].map((client) => run(client));
  await settled();
  assert.deepEqual(ran, ['a']);
  for (const { finish } of all) {
    finish();
    await settled();
  }
  assert.deepEqual(ran, ['a', 'b', 'a']);
  assert.deepEqual(await Promise.all(all.map(({ outcome }) => outcome)), ['a done', 'a done', 'b done']);
});

test('work that fails rejects with its own error and frees the slot', async () => {
  const { slots, run } = start();
  const failure = new Error('broken');
  const { signal } = new AbortController();
  const failing = runInTurn(slots, { client: 'a', owner: 'a' }, signal, () => Promise.reject(failure));
  await assert.rejects(failing, failure);
  const { outcome, finish } = run('b');
  finish();
  assert.equal(await outcome, 'b done');
});

test('work that was given up while it waited never runs and leaves its place', async () => {
  const { slots, ran, run } = start();
  const running = run('a');
  const controller = new AbortController();
  const waiting = run('b', controller.signal);
  await settled();
  const reason = new Error('The deadline has passed');
  controller.abort(reason);
  await assert.rejects(waiting.outcome, reason);
  assert.equal(slots.waiting, 0);
  running.finish();
  await running.outcome;
  await settled();
  assert.deepEqual([ran, slots.inFlight], [['a'], 0]);
  await assert.rejects(run('c', AbortSignal.abort(reason)).outcome, reason);
});

test('too much work is refused with a hint from the duration of such work', async () => {
  const { run } = start();
  const taken = ['a', 'b', 'c', 'd', 'e'].map((client) => run(client));
  await assert.rejects(run('f').outcome, { key: 'queue_full', retryAfterMs: 1_000 });
  for (const { finish, outcome } of taken) {
    finish();
    await outcome;
  }
});
