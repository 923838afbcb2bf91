import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TelnetFilter } from './telnet-filter.ts';

interface Run {
  bytes: string;
  interrupts: number;
  answers: number[];
}

function run(...chunks: readonly (Buffer | string | readonly number[])[]): Run {
  const seen: Run = { bytes: '', interrupts: 0, answers: [] };
  const filter = new TelnetFilter({
    onInterrupt: () => (seen.interrupts += 1),
    onAnswer: (bytes) => seen.answers.push(...bytes),
  });
  for (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk);
    seen.bytes += filter.filter(bytes).toString('latin1');
  }
  return seen;
}

function newFilter(): TelnetFilter {
  return new TelnetFilter({ onInterrupt: () => {}, onAnswer: () => {} });
}

test('[P-6] negotiation, subnegotiation and commands vanish; every offer and request is declined', () => {
  const stream = [255, 251, 31, 104, 255, 250, 31, 0, 80, 255, 255, 255, 240, 111, 255, 241, 255, 255];
  assert.deepEqual(run(stream), { bytes: 'ho', interrupts: 0, answers: [255, 254, 31] });
  assert.deepEqual(run([255, 253, 1, 255, 254, 3, 255, 252, 3]).answers, [255, 252, 1]);
});

test('[P-6] Ctrl-C of GNU telnet: Interrupt Process, and the timing mark that it waits for', () => {
  assert.deepEqual(run([255, 244, 255, 253, 6, 97]), { bytes: 'a', interrupts: 1, answers: [255, 252, 6] });
});

test('[P-6] the Data Mark of a Synch is not in the stream, and no letter is lost for it', () => {
  assert.equal(run([255], 'hello world\n').bytes, 'hello world\n');
  const seen = run([255, 244, 255, 255, 253, 6], 'hi\n');
  assert.deepEqual(seen, { bytes: 'hi\n', interrupts: 1, answers: [255, 252, 6] });
});

test('[P-6] Erase Character and Erase Line are keys; a command ends an open subnegotiation', () => {
  assert.equal(run('ab', [255, 247], 'c', [255, 248], 'd').bytes, 'ab\u007Fc\u0015d');
  assert.deepEqual(run([255, 250, 24, 255, 244], 'a').interrupts, 1);
});

test('[P-6] a client that only negotiates gets so many answers for each line', () => {
  const asked = Array.from({ length: 100 }, () => [255, 253, 6]).flat();
  assert.equal(run(asked).answers.length, 64 * 3);
  assert.equal(run(asked, '\n', asked).answers.length, 128 * 3);
});

test("[T-8] echo is Hilo's while input is hidden, and only for a client that negotiates", () => {
  const answers: number[] = [];
  const filter = new TelnetFilter({ onInterrupt: () => {}, onAnswer: (bytes) => answers.push(...bytes) });
  filter.hideInput();
  filter.showInput();
  assert.deepEqual([filter.hasNegotiated, answers], [false, []]);
  filter.filter(Buffer.from([255, 252, 31]));
  filter.hideInput();
  filter.hideInput();
  filter.filter(Buffer.from([255, 253, 1]));
  filter.showInput();
  filter.filter(Buffer.from([255, 254, 1, 255, 253, 1]));
  assert.deepEqual([filter.hasNegotiated, answers], [true, [255, 251, 1, 255, 252, 1, 255, 252, 1]]);
});

test('[P-6] a chunk without telnet is passed on as it is', () => {
  const chunk = Buffer.from('hola');
  assert.equal(newFilter().filter(chunk), chunk);
});

test('[P-6] CR NUL is the Enter key, a NUL by itself stays one', () => {
  assert.equal(run('a\r\0b\0c\r\n').bytes, 'a\r\nb\0c\r\n');
  assert.equal(run('a\r', '\0b').bytes, 'a\r\nb');
});

test('[P-6] any chunking gives the same', () => {
  const byte = fc.oneof(fc.constantFrom(255, 250, 240, 244, 251, 253, 254, 10, 13, 0), fc.nat(255));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
      assert.deepEqual(run(...bytes.map((one) => [one])), run(bytes));
    }),
    { numRuns: 2_000 },
  );
});
