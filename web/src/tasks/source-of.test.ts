import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sourceOf } from './source-of.ts';

it('one address alone is an address, and anything else a text', () => {
  assert.deepEqual(sourceOf('  https://example.org/a?b=c \n'), { url: 'https://example.org/a?b=c' });
  assert.deepEqual(sourceOf('HTTP://EXAMPLE.ORG'), { url: 'HTTP://EXAMPLE.ORG' });
  for (const text of ['See https://example.org', 'example.org', 'ftp://example.org/', 'https://', 'a\nb']) {
    assert.deepEqual(sourceOf(text), { text });
  }
  assert.equal(sourceOf(' \n\t'), undefined);
});
