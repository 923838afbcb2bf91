import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addressBytes,
  addressKey,
  AddressRanges,
  formatAddress,
  isAddress,
  parseRange,
} from './ip-address.ts';

const SEED = 20_261_130;

function ranges(...texts: string[]): AddressRanges {
  const parsed = texts.map((text) => {
    const range = parseRange(text);
    assert.ok(range, text);
    return range;
  });
  return new AddressRanges(parsed);
}

function canonical(text: string): string {
  const bytes = addressBytes(text);
  assert.ok(bytes, text);
  return formatAddress(bytes);
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
    assert.equal(isAddress(text), false, text);
    assert.equal(addressBytes(text), undefined, text);
  }
});

test(`formatting and parsing are inverse (seed ${SEED})`, () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.oneof(bytes, fc.ipV4().map(bytesOf), fc.ipV6().map(bytesOf)), (address) => {
      const text = formatAddress(Buffer.from(address));
      assert.deepEqual(bytesOf(text), Buffer.from(address));
      assert.equal(canonical(text), text);
    }),
    { seed: SEED },
  );
});

function bytesOf(text: string): Uint8Array {
  const bytes = addressBytes(text);
  assert.ok(bytes, text);
  return bytes;
}

test('ranges match IPv4, IPv6 and IPv4-mapped addresses', () => {
  const list = ranges('127.0.0.0/8', '10.1.2.3', 'fd00::/8', '::1');
  for (const inside of ['127.9.9.9', '::ffff:127.0.0.1', '10.1.2.3', 'fdff::1', '::1']) {
    assert.equal(list.has(inside), true, inside);
  }
  for (const outside of ['128.0.0.1', '10.1.2.4', 'fe00::1', '::2', '::7f00:1', 'nonsense', '']) {
    assert.equal(list.has(outside), false, outside);
  }
  assert.equal(ranges('0.0.0.0/0').has('1.2.3.4'), true);
  assert.equal(ranges('0.0.0.0/0').has('2001::1'), false);
  assert.equal(ranges('::/0').has('1.2.3.4'), true);
  assert.equal(ranges('10.88.0.0/8').has('10.77.0.1'), true);
  assert.equal(ranges().has('10.0.0.1'), false);
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
    assert.equal(parseRange(text), undefined, text);
  }
});

test('one IPv4 address has one key however it is written, a household of IPv6 one for its /64', () => {
  assert.equal(addressKey('192.0.2.1'), '192.0.2.1');
  assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
  const household = addressKey('2001:db8:1:2::1');
  assert.equal(household, '2001:db8:1:2::/64');
  for (const address of ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002::ffff']) {
    assert.equal(addressKey(address), household);
  }
  assert.notEqual(addressKey('2001:db8:1:3::1'), household);
  assert.equal(addressKey('::1'), '::/64');
});
