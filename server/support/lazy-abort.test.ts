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
  assert.deepEqual([signal.aborted, signal.reason, late.aborted], [true, 'first', true]);
  assert.equal(late.signal, signal);
});

test('a listener hears of the abort once, before the signal, unless it has left', () => {
  const abort = new LazyAbort();
  const heard: string[] = [];
  const [stays, leaves] = ['stays', 'leaves'].map((name) => ({ handleEvent: () => heard.push(name) }));
  assert.ok(stays && leaves);
  for (const listener of [stays, leaves, stays]) abort.addEventListener('abort', listener);
  abort.signal.addEventListener('abort', () => heard.push('signal'));
  abort.removeEventListener('abort', leaves);
  abort.removeEventListener('abort', leaves);
  abort.abort();
  abort.abort();
  assert.deepEqual(heard, ['stays', 'signal']);
});

test('as with a signal, a listener that comes after the abort hears nothing', () => {
  const abort = new LazyAbort();
  abort.abort();
  abort.addEventListener('abort', { handleEvent: () => assert.fail('It was called') });
  abort.abort();
  assert.equal(abort.aborted, true);
});
