import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelsList } from './models-list.ts';

function shown(current: string, models: string[], locale: 'en' | 'es' = 'en'): string | undefined {
  return modelsList.text?.render({ provider: 'ollama', current, models, routes: [] }, locale);
}

test('the model in use is marked, also without its tag', () => {
  assert.equal(shown('a:1b', ['a:1b', 'b:1b']), '* a:1b\n  b:1b');
  assert.equal(shown('a', ['b:1b', 'a:latest']), '  b:1b\n* a:latest');
});

test('a model in use that is not there is said so, beside those that are', () => {
  assert.equal(shown('gone', ['a:1b']), '  a:1b\n! gone: not available');
  assert.equal(shown('gone', [], 'es'), '! gone: no está disponible');
});
