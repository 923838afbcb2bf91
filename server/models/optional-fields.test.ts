import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OptionalFields } from './optional-fields.ts';
import { UpstreamStatusError } from './upstream-error.ts';

const VALUES = { maxOutputTokens: 9, temperature: 0.5, topP: 0.9 };

function refusal(message: string, param?: string, status = 400): UpstreamStatusError {
  return new UpstreamStatusError(status, JSON.stringify({ error: { message, param } }), undefined);
}

test('all fields are sent until one is refused, and then not to that model', () => {
  const fields = new OptionalFields();
  const sent = fields.of('m', VALUES);
  assert.deepEqual(sent, {
    max_tokens: 9,
    stream_options: { include_usage: true },
    temperature: 0.5,
    top_p: 0.9,
  });
  assert.equal(fields.learn('m', sent, refusal('Unrecognized argument: stream_options')), true);
  assert.equal('stream_options' in fields.of('m', VALUES), false);
  assert.equal('stream_options' in fields.of('other', VALUES), true);
});

test('a field is named by param, with 422 as with 400', () => {
  const fields = new OptionalFields();
  const sent = fields.of('m', VALUES);
  assert.equal(fields.learn('m', sent, refusal('No', 'temperature', 422)), true);
  assert.equal('temperature' in fields.of('m', VALUES), false);
  assert.equal(fields.learn('m', sent, refusal('temperature is told, messages is meant', 'messages')), false);
});

test('max_tokens gets its new name only when that is asked for', () => {
  const fields = new OptionalFields();
  const sent = fields.of('m', VALUES);
  assert.equal(fields.learn('m', sent, refusal('max_tokens is too large', 'max_tokens')), false);
  assert.equal(fields.learn('m', sent, refusal("Use 'max_completion_tokens' instead", 'max_tokens')), true);
  const next = fields.of('m', VALUES);
  assert.deepEqual([next['max_completion_tokens'], next['max_tokens']], [9, undefined]);
});

test('no other failure is a refusal, nor is a field that was not sent', () => {
  const fields = new OptionalFields();
  const sent = fields.of('m', { ...VALUES, topP: undefined });
  assert.equal(fields.learn('m', sent, refusal('top_p', 'top_p')), false);
  assert.equal(fields.learn('m', sent, refusal('stream_options', undefined, 500)), false);
  assert.equal(fields.learn('m', sent, new Error('stream_options')), false);
});
