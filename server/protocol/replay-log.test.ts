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

test(`any sequence of additions and acknowledgements agrees with a plain list (seed ${SEED})`, () => {
  const action = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ ack: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  const property = fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
    const log = new ReplayLog();
    const all: string[] = [];
    let acknowledged = 0;
    for (const one of actions) {
      if ('add' in one) {
        all.push(`${all.length}`.repeat(one.add));
        log.add(all.at(-1) ?? '', NO_LIMIT);
      } else {
        const seq = acknowledged + Math.floor(one.ack * (all.length - acknowledged));
        log.acknowledge(seq);
        acknowledged = seq;
      }
      assert.deepEqual(log.after(acknowledged), all.slice(acknowledged));
      assert.equal(log.unacknowledgedBytes, all.slice(acknowledged).join('').length);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 50 });
});
