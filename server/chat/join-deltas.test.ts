import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { DeltaJoiner } from './join-deltas.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

const SEED = 20_261_105;

function joinerOf() {
  const clock = new ManualClock();
  let due = 0;
  const joiner = new DeltaJoiner(clock, () => due++);
  return { clock, joiner, due: () => due };
}

test('the first delta passes at once, those close behind it are joined', () => {
  const { clock, joiner, due } = joinerOf();
  joiner.push('a');
  assert.equal(due(), 1);
  assert.equal(joiner.take(), 'a');
  clock.advance(1);
  joiner.push('b');
  clock.advance(10);
  joiner.push('c');
  assert.equal(joiner.take(), undefined);
  clock.advance(8);
  assert.equal(due(), 1);
  clock.advance(1);
  assert.equal(due(), 2);
  assert.equal(joiner.take(), 'bc');
  assert.equal(joiner.take(), undefined);
});

test('the deltas of a slow model are not held back', () => {
  const { clock, joiner } = joinerOf();
  for (const text of ['a', 'b', 'c']) {
    joiner.push(text);
    assert.equal(joiner.take(), text);
    clock.advance(EXCHANGE_LIMITS.joinMs);
  }
});

test('much text passes at once', () => {
  const { joiner } = joinerOf();
  joiner.push('a');
  joiner.take();
  const long = 'x'.repeat(EXCHANGE_LIMITS.joinLength);
  joiner.push(long.slice(1));
  assert.equal(joiner.take(), undefined);
  joiner.push('x');
  assert.equal(joiner.take(), long);
});

test('the end brings the rest', () => {
  const { joiner } = joinerOf();
  joiner.push('a');
  joiner.take();
  joiner.push('b');
  joiner.finish();
  assert.equal(joiner.take(), 'b');
});

test('after a restart the next delta passes at once, as the first did', () => {
  const { clock, joiner } = joinerOf();
  joiner.push('a');
  joiner.take();
  joiner.push('b');
  assert.equal(joiner.restart(), 'b');
  joiner.push('c');
  assert.equal(joiner.take(), 'c');
  clock.advance(EXCHANGE_LIMITS.joinMs);
  assert.equal(joiner.take(), undefined);
});

const Action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ push: fc.string({ unit: 'binary', minLength: 1, maxLength: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ advance: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.constant({ take: true }) },
);

test(`loses nothing, whatever the chunks and the times (seed ${SEED})`, () => {
  const property = fc.property(fc.array(Action, { maxLength: 100 }), (actions) => {
    const { clock, joiner } = joinerOf();
    let pushed = '';
    let taken = '';
    const take = () => {
      const text = joiner.take();
      assert.notEqual(text, '');
      taken += text ?? '';
    };
    for (const action of actions) {
      if ('push' in action) {
        joiner.push(action.push);
        pushed += action.push;
      } else if ('advance' in action) clock.advance(action.advance);
      else take();
    }
    joiner.finish();
    take();
    assert.equal(taken, pushed);
    assert.equal(joiner.length, 0);
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});
