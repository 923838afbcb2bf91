import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TelnetFilter } from './telnet-filter.ts';

function run(chunks: readonly Buffer[]): { bytes: string; interrupts: number } {
  let interrupts = 0;
  const filter = new TelnetFilter(() => (interrupts += 1));
  const bytes = Buffer.concat(chunks.map((chunk) => filter.filter(chunk))).toString('latin1');
  return { bytes, interrupts };
}

test('[P-6] negotiation, subnegotiation and commands vanish', () => {
  const stream = Buffer.from([
    255, 251, 31, 104, 255, 250, 31, 0, 80, 255, 255, 255, 240, 111, 255, 241, 255, 255,
  ]);
  assert.deepEqual(run([stream]), { bytes: 'ho', interrupts: 0 });
});

test('[P-6] Interrupt Process is told', () => {
  assert.deepEqual(run([Buffer.from([255, 244, 255, 253, 6, 97])]), { bytes: 'a', interrupts: 1 });
});

test('[P-6] a chunk without negotiation is passed on as it is', () => {
  const chunk = Buffer.from('hola');
  assert.equal(new TelnetFilter(() => {}).filter(chunk), chunk);
});

test('[P-6] CR NUL is the Enter key, a NUL by itself stays one', () => {
  assert.equal(run([Buffer.from('a\r\0b\0c\r\n')]).bytes, 'a\r\nb\0c\r\n');
  assert.equal(run([Buffer.from('a\r'), Buffer.from('\0b')]).bytes, 'a\r\nb');
});

test('[P-6] any chunking gives the same bytes', () => {
  const byte = fc.oneof(fc.constantFrom(255, 250, 240, 244, 251, 254, 10, 13, 0), fc.nat(255));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
      assert.deepEqual(run(bytes.map((one) => Buffer.of(one))), run([Buffer.from(bytes)]));
    }),
    { numRuns: 2_000 },
  );
});
