import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME_LIMITS, TextFrames } from './text-frames.ts';

/** Whole text messages, as RFC 6455 §5.2 lays them out. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes[at], 0x81);
    const short = bytes.readUInt8(at + 1);
    assert.ok(short <= 126);
    const start = at + (short === 126 ? 4 : 2);
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    // The shortest head that can say it.
    assert.equal(short === 126, length > 125);
    at = start + length;
    assert.ok(at <= bytes.length);
    messages.push(bytes.toString('utf8', start, at));
  }
  return messages;
}

test('lines of every length that has another head come out as they went in', () => {
  const frames = new TextFrames();
  const lines = ['', 'a', 'ñ'.repeat(62), 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(5_000)];
  for (const line of lines) assert.ok(frames.add(Buffer.from(line)));
  const taken = frames.take();
  assert.ok(taken);
  assert.deepEqual(messagesIn(taken), lines);
  assert.equal(frames.take(), undefined);
});

test('one that does not fit is left out whole, and what was gathered stays', () => {
  const frames = new TextFrames();
  assert.equal(frames.add(Buffer.alloc(FRAME_LIMITS.bytesMax - 3)), false);
  assert.equal(frames.add(Buffer.from('first')), true);
  assert.equal(frames.add(Buffer.alloc(FRAME_LIMITS.bytesMax - 10)), false);
  const taken = frames.take();
  assert.ok(taken);
  assert.deepEqual(messagesIn(taken), ['first']);
});

test('what was taken does not change when more is gathered', () => {
  const frames = new TextFrames();
  frames.add(Buffer.from('first'));
  const first = frames.take();
  frames.add(Buffer.from('other'));
  assert.ok(first);
  assert.deepEqual(messagesIn(first), ['first']);
});
