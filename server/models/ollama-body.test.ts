import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckedLines } from './ollama-body.ts';
import { LlmError, type LlmErrorKind } from './model-client.ts';
import { UPSTREAM_LIMITS } from './upstream.ts';

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

function isKind(kind: LlmErrorKind): (error: unknown) => boolean {
  return (error) => error instanceof LlmError && error.kind === kind;
}

test('whole lines pass, half a line waits, empty lines and the CR before LF do no harm', () => {
  const lines = new CheckedLines();
  lines.feed(Buffer.from('{"a":1}\n\n{"b"'));
  assert.equal(text(lines.take()), '{"a":1}\n');
  assert.equal(lines.take(), undefined);
  lines.feed(Buffer.from(':2}\r\n'));
  assert.equal(text(lines.take()), '{"b":2}\r\n');
});

test('a character may be cut between chunks', () => {
  const bytes = Buffer.from('{"a":"ñ€😀"}\n');
  const lines = new CheckedLines();
  for (const byte of bytes) lines.feed(Buffer.of(byte));
  assert.equal(text(lines.take()), bytes.toString());
});

test('a fault shows after the lines before it, and nothing comes after', () => {
  for (const broken of ['{"b', '42', '"error"', 'null', '[]']) {
    const lines = new CheckedLines();
    lines.feed(Buffer.from(`{"a":1}\n${broken}\n{"c":3}\n`));
    assert.equal(text(lines.take()), '{"a":1}\n');
    assert.throws(() => lines.take(), isKind('protocol'), broken);
  }
});

test('an error line is what the server reports', () => {
  const lines = new CheckedLines();
  lines.feed(Buffer.from('{"error":"out of memory"}\n'));
  assert.throws(
    () => lines.take(),
    (error) => isKind('reported')(error) && (error as LlmError).message === 'out of memory',
  );
});

test('the last line may lack its LF when it is whole', () => {
  const whole = new CheckedLines();
  whole.feed(Buffer.from('{"done":true}'));
  whole.end();
  assert.equal(text(whole.take()), '{"done":true}\n');
  const half = new CheckedLines();
  half.feed(Buffer.from('{"done":tr'));
  half.end();
  assert.equal(half.take(), undefined);
  assert.equal(half.ended, true);
});

test('a line without end is refused', () => {
  const lines = new CheckedLines();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (let sent = 0; sent <= UPSTREAM_LIMITS.lineCharactersMax; sent += chunk.length) lines.feed(chunk);
  assert.throws(() => lines.take(), isKind('protocol'));
});
