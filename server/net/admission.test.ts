import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressAdmission, type AdmissionLimits } from './admission.ts';

const LIMITS = {
  addressConnectionsMax: 2,
  addressConnectsPerSecond: 2,
  addressConnectsBurst: 4,
  addressRequestsMax: 3,
  addressRequestsPerSecond: 10,
  addressRequestsBurst: 5,
  addressesTrackedMax: 100,
  addressInputBytesPerSecond: 1_000,
  addressInputBytesBurst: 1_000,
  addressWorkMsPerSecond: 100,
  addressWorkMsBurst: 100,
};

function admission(isExempt = (_address: string) => false, more: Partial<AdmissionLimits> = {}) {
  return new AddressAdmission({ ...LIMITS, ...more }, isExempt);
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
  for (let count = 0; count < 100; count += 1) {
    admitted(addresses.admit('127.0.0.1', 0));
    admitted(addresses.admitRequest('127.0.0.1', 0));
  }
});

test('the hint is rounded up, so that a client that waits as long is admitted', () => {
  const addresses = admission(undefined, { addressConnectsPerSecond: 3, addressConnectsBurst: 1 });
  admitted(addresses.admit('192.0.2.1', 0))();
  assert.deepEqual(addresses.admit('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 334 });
  assert.deepEqual(addresses.admit('192.0.2.1', 100), { isAdmitted: false, retryAfterMs: 234 });
  admitted(addresses.admit('192.0.2.1', 334));
});

test('[P-12] all of one /64 counts as one address, each other /64 as another', () => {
  const addresses = admission();
  admitted(addresses.admit('2001:db8:0:1::1', 0));
  admitted(addresses.admit('2001:db8:0:1:ffff::2', 0));
  assert.ok(!addresses.admit('2001:db8:0:1::3', 0).isAdmitted);
  for (const other of ['2001:db8:0:2::1', '2001:db8:1:1::1', '2001:db9:0:1::1', '192.0.2.1']) {
    admitted(addresses.admit(other, 0));
    admitted(addresses.admit(other, 0));
    assert.ok(!addresses.admit(other, 0).isAdmitted, other);
  }
});

test('an address that has left is forgotten once enough others have come', () => {
  const addresses = admission(undefined, { addressesTrackedMax: 4 });
  for (let count = 0; count < 4; count += 1) admitted(addresses.admit('192.0.2.1', 0))();
  for (let count = 0; count < 5; count += 1) admitted(addresses.admitRequest('192.0.2.1', 0))();
  assert.ok(!addresses.admit('192.0.2.1', 0).isAdmitted);
  assert.ok(!addresses.admitRequest('192.0.2.1', 0).isAdmitted);
  for (let other = 1; other <= 20; other += 1) admitted(addresses.admit(`198.51.100.${other}`, 0))();
  // Nothing is kept of it, neither what it had used nor that it was here.
  for (let count = 0; count < 4; count += 1) admitted(addresses.admit('192.0.2.1', 0))();
  for (let count = 0; count < 5; count += 1) admitted(addresses.admitRequest('192.0.2.1', 0))();
});

for (const [what, admit, most] of [
  ['connections', 'admit', LIMITS.addressConnectionsMax],
  ['requests', 'admitRequest', LIMITS.addressRequestsMax],
] as const) {
  test(`an address with ${what} is never forgotten, however many others come`, () => {
    const addresses = admission(undefined, { addressesTrackedMax: 4 });
    const ends = Array.from({ length: most }, () => admitted(addresses[admit]('192.0.2.1', 0)));
    ends.pop()?.();
    for (let other = 1; other <= 20; other += 1) admitted(addresses[admit](`198.51.100.${other}`, 0))();
    admitted(addresses[admit]('192.0.2.1', 2_000));
    assert.deepEqual(addresses[admit]('192.0.2.1', 2_000), { isAdmitted: false, retryAfterMs: 1_000 });
    for (let other = 1; other <= 20; other += 1) admitted(addresses[admit](`203.0.113.${other}`, 0))();
    assert.ok(!addresses[admit]('192.0.2.1', 2_000).isAdmitted);
  });
}

test('[P-13] connections of an address share what it may send, also the next ones', () => {
  const addresses = admission();
  const first = addresses.admit('192.0.2.1', 0);
  const second = addresses.admit('192.0.2.1', 0);
  assert.ok(first.isAdmitted && second.isAdmitted);
  first.input?.received(0, 1_500);
  assert.equal(second.input?.waitMs(0), 500);
  first.release();
  second.release();
  const third = addresses.admit('192.0.2.1', 0);
  assert.ok(third.isAdmitted);
  assert.equal(third.input?.waitMs(0), 500);
});

test('[G-8] requests of an address have limits beside those of its connections', () => {
  const addresses = admission();
  const ends = [1, 2, 3].map(() => admitted(addresses.admitRequest('192.0.2.1', 0)));
  assert.deepEqual(addresses.admitRequest('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 1_000 });
  admitted(addresses.admit('192.0.2.1', 0));
  admitted(addresses.admitRequest('192.0.2.2', 0));
  for (const end of ends) end();
  for (let count = 0; count < 2; count += 1) admitted(addresses.admitRequest('192.0.2.1', 0))();
  assert.deepEqual(addresses.admitRequest('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 100 });
  admitted(addresses.admitRequest('192.0.2.1', 100));
});

test('[G-8] what the connections of an address owe, its requests owe too', () => {
  const addresses = admission();
  const connection = addresses.admit('192.0.2.1', 0);
  assert.ok(connection.isAdmitted);
  connection.input?.received(0, 1_500);
  assert.deepEqual(addresses.admitRequest('192.0.2.1', 0), { isAdmitted: false, retryAfterMs: 500 });
  assert.deepEqual(addresses.admitRequest('192.0.2.1', 499), { isAdmitted: false, retryAfterMs: 1 });
  admitted(addresses.admitRequest('192.0.2.1', 500));
});
