import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplayLog } from './replay-log.ts';

const SEED = 20_261_123;
const NO_LIMIT = 1_000_000;

test('numbers are consecutive from 1, and what was not acknowledged is kept', () => {
  const log = new ReplayLog();
  assert.deepEqual([log.lastSeq, log.nextSeq, log.unacknowledgedBytes], [0, 1, 0]);
  for (const line of ['a', 'bb', 'ccc']) log.add(line, NO_LIMIT);
  assert.deepEqual(log.after(0), ['a', 'bb', 'ccc']);
  log.acknowledge(2);
  assert.deepEqual([log.after(2), log.unacknowledgedBytes, log.acknowledgedSeq], [['ccc'], 3, 2]);
  log.acknowledge(1);
  assert.equal(log.acknowledgedSeq, 2);
  assert.deepEqual(log.after(3), []);
});

test('a number that was never sent, and one that is kept no more', () => {
  const log = new ReplayLog();
  assert.throws(() => log.acknowledge(1), { key: 'ack_ahead' });
  log.add('a', NO_LIMIT);
  log.acknowledge(1);
  assert.throws(() => log.after(0), { key: 'gap' });
  assert.throws(() => log.after(2), { key: 'ack_ahead' });
});

test('beyond the limit the oldest go, but never the newest', () => {
  const log = new ReplayLog();
  for (const line of ['aaaa', 'bbbb', 'cccc']) log.add(line, 8);
  assert.throws(() => log.after(0), { key: 'gap' });
  assert.deepEqual(log.after(1), ['bbbb', 'cccc']);
  log.add('d'.repeat(100), 8);
  assert.deepEqual(log.after(3), ['d'.repeat(100)]);
  assert.equal(log.unacknowledgedBytes, 100);
  log.acknowledge(4);
  assert.equal(log.unacknowledgedBytes, 0);
});

const Action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      add: fc.integer({ min: 1, max: 9 }),
      bytesMax: fc.constantFrom(20, 300, NO_LIMIT),
    }),
  },
  { weight: 1, arbitrary: fc.record({ unconfirmed: fc.nat({ max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ forgetAll: fc.constant(true) }) },
);

test(`any history of additions, confirmations and losses agrees with a plain list (seed ${SEED})`, () => {
  const property = fc.property(fc.array(Action, { maxLength: 300, size: 'max' }), (actions) => {
    const log = new ReplayLog();
    const all: string[] = [];
    let acknowledged = 0;
    /** Number of the oldest line that is kept. */
    let first = 1;
    const kept = () => all.slice(first - 1).join('').length;
    for (const action of actions) {
      if ('add' in action) {
        all.push(`${all.length}`.repeat(action.add));
        log.add(all.at(-1) ?? '', action.bytesMax);
        while (kept() > action.bytesMax && first < all.length) first += 1;
      } else if ('unconfirmed' in action) {
        const seq = Math.max(0, all.length - action.unconfirmed);
        log.acknowledge(seq);
        acknowledged = Math.max(acknowledged, seq);
        first = Math.max(first, seq + 1);
      } else {
        log.forgetAll();
        first = all.length + 1;
      }
      assert.deepEqual(log.after(first - 1), all.slice(first - 1));
      assert.deepEqual(log.after(all.length), []);
      if (first > 1) assert.throws(() => log.after(first - 2), { key: 'gap' });
      assert.throws(() => log.after(all.length + 1), { key: 'ack_ahead' });
      const { unacknowledgedBytes, acknowledgedSeq, lastSeq, nextSeq } = log;
      assert.deepEqual(
        { unacknowledgedBytes, acknowledgedSeq, lastSeq, nextSeq },
        {
          unacknowledgedBytes: kept(),
          acknowledgedSeq: acknowledged,
          lastSeq: all.length,
          nextSeq: all.length + 1,
        },
      );
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 100 });
});

test('however many lines were confirmed, what is missing is a gap, and what is not comes whole', () => {
  const log = new ReplayLog();
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index + 1}`);
  for (const line of lines) log.add(line, NO_LIMIT);
  for (let seq = 1; seq <= 400; seq += 1) {
    log.acknowledge(seq);
    assert.throws(() => log.after(0), { key: 'gap' });
    assert.throws(() => log.after(seq - 1), { key: 'gap' });
    assert.deepEqual(log.after(seq), lines.slice(seq));
  }
});
