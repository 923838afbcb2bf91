import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLocale } from './texts.ts';

test('the language is the best of ours', () => {
  assert.equal(preferredLocale(undefined, 'es'), 'es');
  assert.equal(preferredLocale('', 'en'), 'en');
  assert.equal(preferredLocale('es-AR,es;q=0.9,en;q=0.8', 'en'), 'es');
  assert.equal(preferredLocale('fr, en;q=0.5, es;q=0.7', 'en'), 'es');
  assert.equal(preferredLocale('es;q=0, de', 'en'), 'en');
  assert.equal(preferredLocale('fr;q=x;;, *', 'es'), 'es');
});
