import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endpoint } from './endpoint.ts';

const OPENAI: Readonly<Record<string, string>> = {
  'https://api.example/v1': 'https://api.example/v1/chat/completions',
  'https://api.example/v1/': 'https://api.example/v1/chat/completions',
  'https://api.example': 'https://api.example/chat/completions',
  ' http://[::1]:8000/v1 ': 'http://[::1]:8000/v1/chat/completions',
  'https://api.example/v1/chat/completions': 'https://api.example/v1/chat/completions',
  'https://api.example/v1/completions/': 'https://api.example/v1/chat/completions',
  'https://api.example/v1/models#top': 'https://api.example/v1/chat/completions',
  'https://a.example/openai/deployments/d?api-version=2024-10-21':
    'https://a.example/openai/deployments/d/chat/completions?api-version=2024-10-21',
  'https://a.example/openai/deployments/d/chat/completions?api-version=1':
    'https://a.example/openai/deployments/d/chat/completions?api-version=1',
  'https://user:pass@api.example/v1': 'https://api.example/v1/chat/completions',
};

for (const [base, expected] of Object.entries(OPENAI)) {
  test(`a base URL as people write it: ${base}`, () => {
    assert.equal(new Endpoint(base, 'openai').url('/chat/completions'), expected);
  });
}

test('Ollama: a prefix stays, the address of an operation and of the bridge is taken back', () => {
  for (const base of [
    'http://o.example',
    'http://o.example/api/chat',
    'http://o.example/v1/',
    'http://o.example/api',
  ]) {
    assert.equal(new Endpoint(base, 'ollama').url('/api/tags'), 'http://o.example/api/tags');
  }
  assert.equal(
    new Endpoint('http://o.example/ollama', 'ollama').url('/api/ps'),
    'http://o.example/ollama/api/ps',
  );
});

test('user and password become a header', () => {
  assert.equal(new Endpoint('http://o.example', 'ollama').authorization, undefined);
  const { authorization } = new Endpoint('http://us%40er:p%C3%A4ss%@o.example', 'ollama');
  assert.equal(authorization, `Basic ${Buffer.from('us@er:p%C3%A4ss%').toString('base64')}`);
  const plain = new Endpoint('http://user:p%C3%A4ss@o.example', 'ollama').authorization;
  assert.equal(plain, `Basic ${Buffer.from('user:päss').toString('base64')}`);
});

test('what is not a URL is refused', () => {
  assert.throws(() => new Endpoint('not a url', 'openai'), TypeError);
});
