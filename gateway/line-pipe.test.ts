import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinePipe, type LineFault } from './line-pipe.ts';

interface Outcome {
  readonly lines: string[];
  readonly fault: LineFault | undefined;
  readonly isMidLine: boolean;
}

/** Copies each chunk into one shared buffer first, as the bridge reads: a kept view would show. */
function run(chunks: readonly Buffer[], max: number): Outcome {
  const pipe = new LinePipe();
  const shared = Buffer.alloc(4096);
  const lines: string[] = [];
  const sink = { line: (bytes: Buffer) => void lines.push(bytes.toString('utf8')) };
  for (const chunk of chunks) {
    shared.fill(0xff);
    chunk.copy(shared);
    const fault = pipe.push(shared.subarray(0, chunk.length), max, sink);
    if (fault) return { lines, fault, isMidLine: false };
  }
  return { lines, fault: undefined, isMidLine: pipe.isMidLine };
}

test('lines end with LF, one CR before it is dropped, nothing else ends a line', () => {
  const text = 'a\r\n\nb\r\r\nc\rd\u2028e\u0085f\n\r\nrest';
  const { lines, isMidLine } = run([Buffer.from(text)], 100);
  assert.deepEqual(lines, ['a', '', 'b\r', 'c\rd\u2028e\u0085f', '']);
  assert.equal(isMidLine, true);
});

test('any chunking gives the same lines and the same fault', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r\n', '\r', 'ñ', '\u2028', '💬', 'x'.repeat(40)).map((text) => Buffer.from(text)),
    fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 3 }).map((noise) => Buffer.from(noise)),
  );
  const bytes = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.concat(pieces));
  const cuts = fc.array(fc.nat(2_000), { maxLength: 20 });
  fc.assert(
    fc.property(bytes, cuts, fc.integer({ min: 0, max: 80 }), (whole, positions, max) => {
      const ends = positions.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b);
      const edges = [0, ...ends, whole.length];
      const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));
      const expected = run([whole], max);
      assert.deepEqual(run(chunks, max), expected);
      assert.deepEqual(
        run(
          Array.from(whole, (byte) => Buffer.of(byte)),
          max,
        ),
        expected,
      );
    }),
    { numRuns: 1_000 },
  );
});

test('what is sent as lines arrives as messages', () => {
  const messages = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 20 });
  fc.assert(
    fc.property(messages, fc.nat(50), (texts, size) => {
      const wanted = texts.map((text) => text.replaceAll(/[\r\n]/g, ''));
      const whole = Buffer.from(wanted.map((text) => `${text}\n`).join(''));
      const chunks: Buffer[] = [];
      for (let start = 0; start < whole.length; start += size + 1)
        chunks.push(whole.subarray(start, start + size + 1));
      assert.deepEqual(run(chunks, 10_000).lines, wanted);
    }),
  );
});

test('the limit counts the line without its end', () => {
  assert.deepEqual(run([Buffer.from('12345\r\n12345\n')], 5).lines, ['12345', '12345']);
  assert.equal(run([Buffer.from('123456\n')], 5).fault, 'server_line_too_long');
  assert.equal(run([Buffer.from('12345\r')], 5).fault, undefined);
  assert.equal(run([Buffer.from('1234567')], 5).fault, 'server_line_too_long');
});

test('invalid UTF-8 is a fault, wherever it is cut', () => {
  assert.equal(run([Buffer.from([0x61, 0xc3, 0x0a])], 5).fault, 'server_invalid_utf8');
  assert.deepEqual(run([Buffer.from([0xc3]), Buffer.from([0xb1]), Buffer.from([0x0a])], 5).lines, ['ñ']);
});

test('a long line that comes byte by byte takes linear time', () => {
  const pipe = new LinePipe();
  const byte = Buffer.from('x');
  const lengths: number[] = [];
  const sink = { line: (bytes: Buffer) => void lengths.push(bytes.length) };
  for (let index = 0; index < 1024 * 1024; index += 1) {
    assert.equal(pipe.push(byte, 1024 * 1024, sink), undefined);
  }
  assert.equal(pipe.push(Buffer.from('\n'), 1024 * 1024, sink), undefined);
  assert.deepEqual(lengths, [1024 * 1024]);
});
