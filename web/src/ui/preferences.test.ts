import assert from 'node:assert/strict';
import { it } from 'node:test';
import { memoryValues } from './browser-values.ts';
import { firstKnown, loadPreferences } from './preferences.ts';

it('starts with the reader’s language and the system’s theme, and remembers a choice', () => {
  const values = memoryValues();
  const first = loadPreferences(values, ['fr-FR', 'es-MX', 'en']);
  assert.deepEqual([first.theme.value, first.locale.value], ['system', 'es']);
  first.theme.value = 'dark';
  first.locale.value = 'en';
  const second = loadPreferences(values, ['es']);
  assert.deepEqual([second.theme.value, second.locale.value], ['dark', 'en']);
});

it('does without storage and without a known language', () => {
  const values = {
    ...memoryValues(),
    length: 0,
    getItem: () => '{broken',
    setItem: () => assert.fail('full'),
  };
  assert.equal(loadPreferences(values, []).theme.value, 'system');
  assert.equal(firstKnown(['de', 'it']), 'en');
});
