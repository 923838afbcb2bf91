import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LlmError } from './model-client.ts';
import { SseParser, type SseEvent } from './sse-parser.ts';

const MAX = 1000;
const LINES_MAX = 30;

function parse(...chunks: (string | Uint8Array)[]): SseEvent[] {
  const parser = new SseParser({ charactersMax: MAX, linesMax: LINES_MAX });
  const events = chunks.flatMap((chunk) => parser.feed(Buffer.from(chunk)));
  return [...events, ...parser.end()];
}

function isProtocolError(error: unknown): boolean {
  return error instanceof LlmError && error.kind === 'protocol';
}

const message = (data: string): SseEvent => ({ type: 'message', data });

test('events end with an empty line; comments, ids and unknown fields are nothing', () => {
  assert.deepEqual(parse(': hello\n\nid: 4\nretry: 10\nfoo: bar\ndata: one\n\ndata: two\n\n'), [
    message('one'),
    message('two'),
  ]);
});

test('data lines are joined, one space after the colon is dropped, a field may have no colon', () => {
  assert.deepEqual(parse('data: a\ndata:b\ndata:  c\ndata\n\n'), [message('a\nb\n c\n')]);
});

test('an event may have a type, which lasts for that event', () => {
  assert.deepEqual(parse('event: error\ndata: x\n\ndata: y\n\nevent: lost\n\n'), [
    { type: 'error', data: 'x' },
    message('y'),
  ]);
});

test('LF, CRLF and CR end lines, also when CR and LF come apart', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    assert.deepEqual(parse(`data: a${end}data: b${end}${end}data: c${end}${end}`), [
      message('a\nb'),
      message('c'),
    ]);
  }
  assert.deepEqual(parse('data: a\r', '\ndata: b\r', '\n\r', '\n'), [message('a\nb')]);
});

test('a byte order mark is dropped; U+2028 is no line end', () => {
  assert.deepEqual(parse('\uFEFFdata: a\u2028b\n\n'), [message('a\u2028b')]);
});

test('the last event counts without its empty line', () => {
  assert.deepEqual(parse('data: [DONE]'), [message('[DONE]')]);
  assert.deepEqual(parse('data: [DONE]\n'), [message('[DONE]')]);
});

test('a line and an event have a limit', () => {
  assert.throws(() => parse(`data: ${'x'.repeat(MAX)}`), isProtocolError);
  assert.throws(
    () => parse(...Array.from({ length: 20 }, () => `data: ${'x'.repeat(MAX / 10)}\n`)),
    isProtocolError,
  );
});

test('lines without an event have a limit, whatever is on them', () => {
  for (const line of ['data\n', 'data:\r', ': comment\n', 'unknown\r\n']) {
    const flood = Array.from({ length: LINES_MAX + 1 }, () => line);
    assert.throws(() => parse(...flood), isProtocolError, line);
  }
  const events = Array.from({ length: 2 * LINES_MAX }, () => 'data: a\n\n');
  assert.equal(parse(...events).length, 2 * LINES_MAX);
});

test('any cut of the bytes gives the same events', () => {
  const line = fc.oneof(
    fc.constantFrom('', ':c', 'event: e', 'data', 'data:', 'id: 1'),
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `data: ${text}`),
  );
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
    .map((lines) => Buffer.from(lines.map(([text, end]) => text + end).join('')));
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 7 })), (bytes, sizes) => {
      const chunks: Uint8Array[] = [];
      let from = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(from, from + size));
        from += size;
      }
      chunks.push(bytes.subarray(from));
      const single = Array.from(bytes, (byte) => Buffer.of(byte));
      assert.deepEqual(parse(...chunks), parse(bytes));
      assert.deepEqual(parse(...single), parse(bytes));
    }),
  );
});
