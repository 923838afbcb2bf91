import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sniff } from './sniff.ts';

const SEED = 20_261_122;

const CASES = [
  ['{"jsonrpc"', 'json'],
  ['hola', 'text'],
  ['', 'more'],
  ['\xff\xfd\x03', 'telnet'],
  ['\x16', 'more'],
  ['\x16\x03', 'TLS'],
  ['\x16A', 'text'],
  ['PROX', 'more'],
  ['PROXY ', 'PROXY'],
  ['PROXIES', 'text'],
  ['\r\n', 'more'],
  ['\r\n\r\n\0\r\nQUIT\n', 'PROXY'],
  ['\r\n\r\n\0\r\nQUIET', 'text'],
  ['\r\nhola', 'text'],
] as const;

for (const [bytes, expected] of CASES) {
  test(`${JSON.stringify(bytes)} is ${expected}`, () => {
    assert.equal(sniff(Buffer.from(bytes, 'latin1')), expected);
  });
}

test(`more bytes never change a verdict (seed ${SEED})`, () => {
  const starts = fc.constantFrom(...CASES.map(([bytes]) => bytes));
  const property = fc.property(starts, fc.uint8Array({ minLength: 1, maxLength: 20 }), (start, rest) => {
    const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
    const whole = sniff(bytes);
    for (let length = 1; length < bytes.length; length += 1) {
      const verdict = sniff(bytes.subarray(0, length));
      if (verdict !== 'more') return verdict === whole;
    }
    return true;
  });
  fc.assert(property, { seed: SEED });
});
