import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readHidden } from './password-input.ts';

/** What the kernel would show of what is typed depends on this mode alone. */
class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

test('a question is asked once nothing that is typed is shown any more', async () => {
  const stdin = new FakeTerminal();
  const answer = readHidden(stdin as never, () => {
    assert.equal(stdin.isRaw, true);
    stdin.write('secret\r');
  });
  assert.equal(await answer, 'secret');
  assert.equal(stdin.isRaw, false);
});

test('Ctrl-C instead of an answer', async () => {
  const stdin = new FakeTerminal();
  assert.equal(await readHidden(stdin as never, () => stdin.write('sec\x03')), undefined);
});
