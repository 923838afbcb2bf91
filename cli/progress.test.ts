import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressBar } from './progress.ts';

test('a bar is drawn for people only, not too often, and not for what is done at once', () => {
  let drawn = '';
  let ms = 0;
  const stderr = { isTTY: true, write: (text: string) => (drawn += text) };
  const io = { stdout: stderr, stderr, env: {} };
  progressBar(io, 'Verifying', () => ms)(10, 10);
  progressBar({ ...io, stderr: { write: () => assert.fail('drawn') } }, 'Verifying', () => ms)(10, 10);
  assert.equal(drawn, '');
  const draw = progressBar(io, 'Verifying', () => ms);
  for (ms = 0; ms <= 1000; ms += 10) draw(ms, 1000);
  assert.equal(drawn.split('\r').length - 1, 10);
  assert.ok(drawn.includes(`[${'#'.repeat(15)}${'.'.repeat(15)}] 50%`));
  assert.ok(drawn.endsWith('100%\n'));
});
