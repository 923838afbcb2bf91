import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

test('seconds, whole and with a fraction', () => {
  assert.equal(retryAfterMs({ 'retry-after': '7' }, NOW), 7000);
  assert.equal(retryAfterMs({ 'retry-after': ' 0.5 ' }, NOW), 500);
  assert.equal(retryAfterMs({ 'retry-after': '0' }, NOW), 0);
});

test('a date, in the past too', () => {
  assert.equal(retryAfterMs({ 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, NOW), 10_000);
  assert.equal(retryAfterMs({ 'retry-after': 'Fri, 02 Jan 2026 03:04:00 GMT' }, NOW), 0);
});

test('milliseconds come before seconds', () => {
  assert.equal(retryAfterMs({ 'retry-after-ms': '250', 'retry-after': '1' }, NOW), 250);
  assert.equal(retryAfterMs({ 'retry-after-ms': '12.5' }, NOW), 13);
  assert.equal(retryAfterMs({ 'retry-after-ms': 'soon', 'retry-after': '1' }, NOW), 1000);
});

test('the first of several counts; what cannot be read is no answer', () => {
  assert.equal(retryAfterMs({ 'retry-after': ['3', '9'] }, NOW), 3000);
  for (const odd of ['', '-5', 'soon', '1e3', '0x10', 'NaN', '99999999999999999']) {
    assert.equal(retryAfterMs({ 'retry-after': odd }, NOW), undefined, odd);
  }
  assert.equal(retryAfterMs({}, NOW), undefined);
});
