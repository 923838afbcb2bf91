import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from './text-file.ts';

test('UTF-8 and UTF-16 with a byte order mark are read, the mark left out', () => {
  const text = 'Sé amable · 愛\n';
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    little,
    Buffer.from(little).swap16(),
  ]) {
    assert.equal(decodeText(bytes), text);
  }
  assert.equal(decodeText(Buffer.alloc(0)), '');
});

test('what is neither is refused', () => {
  const latin = Buffer.from('Sé amable', 'latin1');
  const withoutMark = Buffer.from('Be kind', 'utf16le');
  for (const bytes of [latin, withoutMark, Buffer.from('a\0b'), Buffer.of(0xff, 0xfe, 0x00)]) {
    assert.equal(decodeText(bytes), undefined);
  }
});
