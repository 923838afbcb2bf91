import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './public-address.ts';

const PUBLIC = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '::ffff:1.1.1.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
  '64:ff9b::101:101',
];

const NOT_PUBLIC = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  // Alibaba's metadata, then those of most clouds, of Oracle and of Azure.
  '100.100.100.200',
  '169.254.169.254',
  '192.0.0.192',
  '168.63.129.16',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  // Mapped, compatible, translated, NAT64 and its local prefix.
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1.1.1.1',
  // 6to4 and Teredo, whatever is inside.
  '2002:7f00:1::',
  '2002:101:101::1',
  '2001:0:101:101::1',
  '2001:2::1',
  '2001:20::1',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
  '100::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  '2606:4700:4700::1111%eth0',
  'fec0::1',
  'ff02::1',
  // Not addresses.
  '',
  'localhost',
  '1.1.1',
  '2130706433',
];

test('what belongs to the public internet is public', () => {
  assert.deepEqual(
    PUBLIC.filter((address) => !isPublicAddress(address)),
    [],
  );
});

test('private, local, special and embedded addresses are not, nor is what is no address', () => {
  assert.deepEqual(
    NOT_PUBLIC.filter((address) => isPublicAddress(address)),
    [],
  );
});
