import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, matchesCidr, parseAddress, parseCidr, type Cidr } from './ip-address.ts';

function cidrs(...texts: string[]): Cidr[] {
  return texts.map((text) => {
    const cidr = parseCidr(text);
    assert.ok(cidr, text);
    return cidr;
  });
}

function canonical(text: string): string {
  const number = parseAddress(text);
  assert.ok(number !== undefined, text);
  return formatAddress(number);
}

test('addresses have one canonical text (RFC 5952)', () => {
  assert.equal(canonical('10.1.2.3'), '10.1.2.3');
  assert.equal(canonical('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(canonical('::FFFF:0A01:0203'), '10.1.2.3');
  assert.equal(canonical('2001:0DB8:0:0:0:0:0:1'), '2001:db8::1');
  assert.equal(canonical('2001:db8:0:1:1:1:1:1'), '2001:db8:0:1:1:1:1:1');
  assert.equal(canonical('2001:0:0:1:0:0:0:1'), '2001:0:0:1::1');
  assert.equal(canonical('2001:db8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
  assert.equal(canonical('::'), '::');
  assert.equal(canonical('1::'), '1::');
  assert.equal(canonical('64:ff9b::1.2.3.4'), '64:ff9b::102:304');
});

test('what is not an address is undefined', () => {
  for (const text of [
    '',
    'localhost',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.256',
    '1::2::3',
    'fe80::1%eth0',
    ' 1.2.3.4',
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('formatting and parsing are inverse', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (number) => {
      assert.equal(parseAddress(formatAddress(number)), number);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const number = parseAddress(text);
      assert.ok(number !== undefined);
      assert.equal(parseAddress(formatAddress(number)), number);
    }),
  );
});

test('ranges match IPv4, IPv6 and IPv4-mapped addresses', () => {
  const list = cidrs('127.0.0.0/8', '10.1.2.3', 'fd00::/8', '::1');
  for (const inside of ['127.9.9.9', '::ffff:127.0.0.1', '10.1.2.3', 'fdff::1', '::1']) {
    assert.equal(matchesCidr(inside, list), true, inside);
  }
  for (const outside of ['128.0.0.1', '10.1.2.4', 'fe00::1', '::2', '::7f00:1', 'nonsense', '']) {
    assert.equal(matchesCidr(outside, list), false, outside);
  }
  assert.equal(matchesCidr('1.2.3.4', cidrs('0.0.0.0/0')), true);
  assert.equal(matchesCidr('2001::1', cidrs('0.0.0.0/0')), false);
  assert.equal(matchesCidr('1.2.3.4', cidrs('::/0')), true);
  assert.equal(matchesCidr('10.77.0.1', cidrs('10.88.0.0/8')), true);
  assert.equal(matchesCidr('10.0.0.1', []), false);
});

test('malformed ranges are undefined', () => {
  for (const text of [
    '',
    '/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '10.0.0.0/-1',
    'host/8',
  ]) {
    assert.equal(parseCidr(text), undefined, text);
  }
});
