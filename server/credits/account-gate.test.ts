import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { AccountGate } from './account-gate.ts';

test('erasing and writing wait for each other, other accounts for nothing', async () => {
  const gate = new AccountGate();
  const done: string[] = [];
  const open = (name: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { end: resolve, run: () => promise.then(() => void done.push(name)) };
  };
  const [first, second, erasing, third, again] = ['first', 'second', 'erasing', 'third', 'again'].map(open);
  assert.ok(first && second && erasing && third && again);
  const all = [gate.write('a', first.run), gate.write('a', second.run)];
  all.push(gate.erase('a', erasing.run), gate.write('a', third.run), gate.erase('a', again.run));
  await gate.write('b', async () => void done.push('other'));
  for (const { end } of [third, again, erasing, second]) end();
  await setImmediate();
  assert.deepEqual(done, ['other', 'second']);
  first.end();
  await Promise.all(all);
  assert.deepEqual(done.slice(0, 4), ['other', 'second', 'first', 'erasing']);
  assert.deepEqual(done.slice(4).sort(), ['again', 'third']);
});

test('what fails opens the gate again', async () => {
  const gate = new AccountGate();
  const fails = () => Promise.reject(new Error('disk'));
  await assert.rejects(gate.write('a', fails), /disk/);
  await assert.rejects(gate.erase('a', fails), /disk/);
  await gate.write('a', async () => {});
  await gate.erase('a', async () => {});
});
