import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, type ErrorKey } from '../shared/errors.ts';
import { closeCode, closingKey } from './close-reason.ts';

const key = (line: string): ErrorKey | undefined => closingKey(Buffer.from(line));

function closing(reason: string, closes = true): string {
  const error = { code: 4104, message: 'x', data: { reason, ...(closes ? { closing: true } : {}) } };
  return JSON.stringify({ jsonrpc: '2.0', id: null, error });
}

test('the last line of either face says why', () => {
  assert.equal(key(closing('slow_consumer')), 'slow_consumer');
  assert.equal(key('FAIL * idle_timeout: Nothing happened for a long time'), 'idle_timeout');
});

test('other lines say nothing', () => {
  const lines = [
    '',
    closing('slow_consumer', false),
    closing('no_such_reason'),
    closing('constructor'),
    closing('slow_consumer').replace('"id":null', '"id":1'),
    closing('slow_consumer').slice(0, -1),
    '{"jsonrpc":"2.0","id":null}',
    '{"jsonrpc":"2.0","id":null,"error":null}',
    'FAIL send rate_limited: Too many messages',
    'FAIL * no_such_reason: x',
    'FAIL * draining',
    `FAIL * draining: ${'x'.repeat(5_000)}`,
  ];
  for (const line of lines) assert.equal(key(line), undefined, line);
});

test('every error of the server has a close code that may be sent', () => {
  for (const [name, { code }] of Object.entries(ERRORS)) {
    const expected = name === 'draining' ? 1012 : code >= 4000 ? code : 1011;
    assert.equal(closeCode(name as ErrorKey), expected, name);
  }
  assert.equal(closeCode('server_ended'), 1000);
  assert.equal(closeCode('browser_gone'), null);
});
