import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter, type LineEvent } from './line-splitter.ts';

function split(chunks: readonly Buffer[], max: number, end = false): LineEvent[] {
  const splitter = new LineSplitter(max);
  const events: LineEvent[] = [];
  const drain = () => {
    for (let event = splitter.next(); event; event = splitter.next()) events.push(event);
  };
  for (const chunk of chunks) {
    splitter.push(chunk);
    drain();
  }
  if (end) {
    const last = splitter.end();
    if (last) events.push(last);
  }
  return events;
}

/** More than the garbage that is not collected yet, and much less than all that the tests push. */
const KEPT_BYTES_MAX = 192 * 1024 * 1024;

const line = (text: string): LineEvent => ({ type: 'line', text });

test('[P-1] lines end with LF, one CR before it is dropped', () => {
  assert.deepEqual(split([Buffer.from('a\nb\r\n\r\r\n\nrest')], 8), [
    line('a'),
    line('b'),
    line('\r'),
    line(''),
  ]);
});

test('[P-1] U+2028 and U+2029 do not end a line', () => {
  assert.deepEqual(split([Buffer.from('a\u2028b\u2029c\n')], 20), [line('a\u2028b\u2029c')]);
});

test('[P-1] a limit counts the bytes without the line end', () => {
  assert.deepEqual(split([Buffer.from('12345678\r\n12345678\n123456789\nok\n')], 8), [
    line('12345678'),
    line('12345678'),
    { type: 'line_too_long' },
    line('ok'),
  ]);
});

test('[P-1] invalid UTF-8 and NUL are one fault for the line, and the next line lives', () => {
  assert.deepEqual(split([Buffer.from([0xff, 0x0a]), Buffer.from('a\0b\nok\n')], 8), [
    { type: 'invalid_utf8' },
    { type: 'invalid_utf8' },
    line('ok'),
  ]);
});

test('[P-1] a line without LF costs one fault and constant memory, however long it is', () => {
  const splitter = new LineSplitter(8192);
  const before = process.memoryUsage().arrayBuffers;
  let faults = 0;
  // 512 MiB, each chunk in memory of its own: what is kept cannot be freed.
  for (let count = 0; count < 8_192; count += 1) {
    splitter.push(Buffer.alloc(65_536, 'x'));
    for (let event = splitter.next(); event; event = splitter.next()) faults += 1;
    assert.equal(splitter.bufferedBytes, 0);
    if (count % 128 > 0) continue;
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept < KEPT_BYTES_MAX, `${kept} bytes are kept after ${count + 1} chunks`);
  }
  splitter.push(Buffer.from('\nok\n'));
  assert.equal(faults, 1);
  assert.deepEqual(splitter.next(), line('ok'));
  assert.equal(splitter.bufferedBytes, 0);
});

test('[P-1] lines that were given out are not kept', () => {
  const splitter = new LineSplitter(100_000);
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 8_192; count += 1) {
    splitter.push(Buffer.alloc(65_536, 'x'));
    assert.equal(splitter.bufferedBytes, 65_536);
    splitter.push(Buffer.from('\n'));
    assert.equal(splitter.next()?.type, 'line');
    assert.equal(splitter.bufferedBytes, 0);
    if (count % 128 > 0) continue;
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept < KEPT_BYTES_MAX, `${kept} bytes are kept after ${count + 1} lines`);
  }
});

test('[P-1] the end of input completes the last line, but not a dropped one', () => {
  assert.deepEqual(split([Buffer.from('hola')], 8, true), [line('hola')]);
  assert.deepEqual(split([Buffer.from('123456789012')], 8, true), [{ type: 'line_too_long' }]);
});

test('[P-1] any chunking gives the same events', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r\n', '\r', 'á', '😀', '\u2028', '\0', 'word'),
    fc.string({ maxLength: 12 }),
  );
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 20 }).map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  );
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.nat(40), { maxLength: 8 }),
      fc.integer({ min: 1, max: 16 }),
      (all, cuts, max) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length].toSorted(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((place, index) => all.subarray(places[index], place));
        const whole = split([all], max, true);
        assert.deepEqual(split(chunks, max, true), whole);
        assert.deepEqual(
          split(
            [...all].map((byte) => Buffer.of(byte)),
            max,
            true,
          ),
          whole,
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
