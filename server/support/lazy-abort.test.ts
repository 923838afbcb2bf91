import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LazyAbort } from './lazy-abort.ts';

test('a signal hears of an abort that came before it was asked for, and of one after', () => {
  const early = new LazyAbort();
  early.abort('early');
  assert.deepEqual([early.signal.aborted, early.signal.reason], [true, 'early']);
  const late = new LazyAbort();
  const { signal } = late;
  assert.equal(signal.aborted, false);
  late.abort('first');
  late.abort('second');
  assert.deepEqual([signal.aborted, signal.reason, late.isAborted], [true, 'first', true]);
  assert.equal(late.signal, signal);
});
