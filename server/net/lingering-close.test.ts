import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { LingeringClose } from './lingering-close.ts';

const LIMITS = { closeGraceMs: 2_000, writeProgressMs: 30_000, waitingBytesMax: 100 };

function lingeringClose({ waitsForReader = true, limits = LIMITS } = {}) {
  const clock = new ManualClock();
  const state = { isDestroyed: false };
  const destroy = () => void (state.isDestroyed = true);
  return { clock, state, lingeringClose: new LingeringClose(clock, limits, { waitsForReader, destroy }) };
}

/** When it ended, in milliseconds; to the second. */
function endMs({ clock, state }: ReturnType<typeof lingeringClose>): number {
  for (let ms = 0; ms < 100_000; ms += 1_000) {
    if (state.isDestroyed) return ms;
    clock.advance(1_000);
  }
  return Number.POSITIVE_INFINITY;
}

test('everybody gets a moment, whatever they still send', () => {
  const one = lingeringClose({ waitsForReader: false });
  one.lingeringClose.received(1_000_000);
  assert.equal(endMs(one), 2_000);
});

test('a slow reader gets as long as it had to begin', () => {
  assert.equal(endMs(lingeringClose()), 30_000);
  assert.equal(endMs(lingeringClose({ limits: { ...LIMITS, writeProgressMs: 1_000 } })), 2_000);
});

test('a slow reader that floods after the moment is ended', () => {
  const one = lingeringClose();
  one.lingeringClose.received(1_000_000);
  one.clock.advance(2_000);
  one.lingeringClose.received(100);
  assert.equal(one.state.isDestroyed, false);
  one.lingeringClose.received(1);
  assert.equal(one.state.isDestroyed, true);
});

test('in a shorten nobody gets more than the moment', () => {
  const early = lingeringClose();
  early.clock.advance(1_000);
  early.lingeringClose.shorten();
  assert.equal(early.state.isDestroyed, false);
  assert.equal(endMs(early), 1_000);
  const late = lingeringClose();
  late.clock.advance(3_000);
  late.lingeringClose.shorten();
  assert.equal(late.state.isDestroyed, true);
});

test('nothing happens after the connection has ended by itself', () => {
  const one = lingeringClose();
  one.lingeringClose.stop();
  assert.equal(endMs(one), Number.POSITIVE_INFINITY);
  const lingering = lingeringClose();
  lingering.clock.advance(3_000);
  lingering.lingeringClose.stop();
  assert.equal(endMs(lingering), Number.POSITIVE_INFINITY);
});
