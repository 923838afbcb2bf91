import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SequenceChecker } from './sequence-checker.ts';

test('Consecutive numbers are right, from any start', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 50 }), (start, count) => {
      const checker = new SequenceChecker(start);
      for (let seq = start + 1; seq <= start + count; seq += 1) assert.equal(checker.accept(seq), undefined);
      assert.equal(checker.last, start + count);
    }),
    { seed: 20_260_101 },
  );
});

test('Each missing and each repeated message is noticed, and only those', () => {
  const action = fc.constantFrom('send', 'lose', 'repeat');
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const checker = new SequenceChecker();
      let sent = 0;
      let lost = false;
      for (const what of actions) {
        if (what === 'repeat') {
          if (sent > 0 && !lost) assert.equal(checker.accept(sent), 'duplicate');
          continue;
        }
        sent += 1;
        if (what === 'send') assert.equal(checker.accept(sent), lost ? 'gap' : undefined);
        lost = what === 'lose';
      }
    }),
    { seed: 20_260_102 },
  );
});

test('After a gap it counts on from there, so that one loss is one fault', () => {
  const checker = new SequenceChecker(4);
  assert.equal(checker.accept(7), 'gap');
  assert.equal(checker.accept(8), undefined);
});
