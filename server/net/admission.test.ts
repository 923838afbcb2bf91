import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressAdmission, addressKey } from './admission.ts';

const LIMITS = {
  addressConnectionsMax: 2,
  addressConnectsPerSecond: 2,
  addressConnectsBurst: 4,
  addressesTrackedMax: 100,
};

function admission(isExempt = (_address: string) => false) {
  return new AddressAdmission(LIMITS, isExempt);
}

function admitted(verdict: ReturnType<AddressAdmission['admit']>): () => void {
  assert.ok(verdict.isAdmitted);
  return () => verdict.release();
}

test('so many at once; another comes in when one has left', () => {
  const addresses = admission();
  const release = admitted(addresses.admit('192.0.2.1', 0));
  admitted(addresses.admit('192.0.2.1', 0));
  assert.deepEqual(addresses.admit('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 1_000 });
  admitted(addresses.admit('192.0.2.2', 0));
  release();
  admitted(addresses.admit('192.0.2.1', 0));
});

test('so often, and a refusal uses nothing up', () => {
  const addresses = admission();
  for (let count = 0; count < 4; count += 1) admitted(addresses.admit('192.0.2.1', 0))();
  for (let count = 0; count < 3; count += 1) {
    assert.deepEqual(addresses.admit('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 500 });
  }
  admitted(addresses.admit('192.0.2.1', 500));
  assert.equal(addresses.admit('192.0.2.1', 500).isAdmitted, false);
});

test('exempt addresses are not counted', () => {
  const addresses = admission((address) => address === '127.0.0.1');
  for (let count = 0; count < 100; count += 1) admitted(addresses.admit('127.0.0.1', 0));
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
  assert.equal(addressKey('::1'), '0:0:0:0::/64');
});
