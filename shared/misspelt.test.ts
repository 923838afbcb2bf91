import assert from 'node:assert/strict';
import { test } from 'node:test';
import { misspeltSettings } from './misspelt.ts';

const KNOWN = ['LLM_PROVIDER', 'APP_PORT', 'OLLAMA_MODEL', 'OPENAI_API_KEY'];

function nearestTo(...given: string[]): string[] {
  return misspeltSettings(given, KNOWN, ['TCP_PORT', 'OLLAMA_MODELS']).map(({ nearest }) => nearest);
}

test('a letter too few or too many, another one, or two that are swapped', () => {
  for (const name of ['LLM_PROVIDR', 'LLM_PROVIDERR', 'LLM_PROVIDOR', 'LLM_PRVOIDER', 'llm_provider']) {
    assert.deepEqual(nearestTo(name), ['LLM_PROVIDER'], name);
  }
  assert.deepEqual(nearestTo('APP_PROT', 'OPENAI_API_KEYS'), ['APP_PORT', 'OPENAI_API_KEY']);
});

test('right names, those of others and distant ones are left alone', () => {
  assert.deepEqual(
    nearestTo(...KNOWN, 'TCP_PORT', 'OLLAMA_MODELS', 'PATH', 'APP_NAME', 'x'.repeat(10_000)),
    [],
  );
});
