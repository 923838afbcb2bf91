import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeLine, safeText } from './text-safety.ts';

test('[P-7] escape sequences lose their teeth, in 7 and 8 bit form', () => {
  assert.equal(safeText('\u001b[2J\u001b]0;title\u0007\u009b31mred\u007f'), '[2J]0;title31mred');
});

test('[P-7] line feeds, tabs, accents and emoji stay', () => {
  const text = 'á\tñ\n👩‍👧 日本';
  assert.equal(safeText(text), text);
});

test('[P-7] carriage returns and bidirectional controls go', () => {
  assert.equal(safeText('a\rb\u202Ec\u2066d\u200F'), 'abcd');
});

test('[P-7] a line stays one line', () => {
  assert.equal(safeLine('a\n b\u2028c\r\nd'), 'a b c d');
});

test('[P-7] nothing unsafe remains, whatever goes in, and the work is the same in parts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(safeText(a) + safeText(b), safeText(a + b));
      assert.doesNotMatch(safeText(a), /[^\P{Cc}\n\t]|[\p{Bidi_Control}]/u);
    }),
    { numRuns: 2_000 },
  );
});
