import assert from 'node:assert/strict';
import { it } from 'node:test';
import { memoryValues } from '../../ui/browser-values.ts';
import { TrustStore } from './trust-store.ts';

const KEY = 'test/log+01234567+AAAA';
const OTHER = 'test/log+89abcdef+BBBB';
const head = (size: number) => ({ size, root: new Uint8Array(32).fill(size) });

it('keeps a key and its newest checkpoint for the next load', () => {
  const values = memoryValues();
  const trust = new TrustStore(values);
  assert.equal(trust.current, undefined);
  trust.trust(KEY, 5);
  trust.keep(KEY, head(3), 6);
  trust.keep(KEY, head(2), 7);
  assert.deepEqual(new TrustStore(values).current, {
    verifierKey: KEY,
    sinceMs: 5,
    checkpoint: { ...head(3), atMs: 6 },
  });
});

it('knows earlier keys by the signatures that they made', () => {
  const trust = new TrustStore(memoryValues());
  trust.trust(KEY, 1);
  trust.trust(OTHER, 2);
  assert.equal(trust.current?.verifierKey, OTHER);
  assert.equal(trust.signerOf([{ name: 'test/log', keyId: '01234567' }])?.verifierKey, KEY);
  assert.equal(trust.signerOf([{ name: 'test/log', keyId: '00000000' }]), undefined);
});

it('gives up a history without giving up the key', () => {
  const trust = new TrustStore(memoryValues());
  trust.trust(KEY, 1);
  trust.keep(KEY, head(9), 2);
  trust.forgetCheckpoint();
  assert.deepEqual(trust.current, { verifierKey: KEY, sinceMs: 1, checkpoint: undefined });
  trust.keep(KEY, head(4), 3);
  assert.equal(trust.find(KEY)?.checkpoint?.size, 4);
});

it('begins anew when what is kept cannot be read', () => {
  const values = memoryValues();
  for (const text of ['', '{', '[]', '{"keys":7}', '{"keys":[null,{},{"verifierKey":""}]}']) {
    values.setItem('hilo.ledger', text);
    assert.equal(new TrustStore(values).current, undefined);
  }
});
