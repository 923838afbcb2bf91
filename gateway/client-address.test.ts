import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressRanges, parseRange } from '../shared/ip-address.ts';
import { clientEndpoint } from './client-address.ts';

const trusted = new AddressRanges(['127.0.0.1', '10.0.0.0/8'].flatMap((text) => parseRange(text) ?? []));
const peer = { address: '127.0.0.1', port: 4711 };

function client(forwardedFor: string | undefined, from = peer): string {
  const { address, port } = clientEndpoint(from, forwardedFor, trusted);
  return `${address}|${port}`;
}

test('without a header, or from a peer that is not trusted, the peer is the client', () => {
  assert.equal(client(undefined), '127.0.0.1|4711');
  assert.equal(client('203.0.113.9', { address: '192.0.2.1', port: 1 }), '192.0.2.1|1');
  assert.deepEqual(clientEndpoint(peer, '203.0.113.9', new AddressRanges([])), peer);
});

test('the right-most address that is not a trusted proxy is the client', () => {
  assert.equal(client('203.0.113.9'), '203.0.113.9|0');
  assert.equal(client('6.6.6.6, 203.0.113.9'), '203.0.113.9|0');
  assert.equal(client('6.6.6.6, 203.0.113.9 ,10.1.1.1,10.2.2.2'), '203.0.113.9|0');
  assert.equal(client('10.1.1.1'), '10.1.1.1|0');
  assert.equal(client('203.0.113.9', { address: '::ffff:10.0.0.1', port: 1 }), '203.0.113.9|0');
});

test('ports and brackets are understood; nonsense ends the walk at the proxy that passed it on', () => {
  assert.equal(client('203.0.113.9:99'), '203.0.113.9|99');
  assert.equal(client('[2001:db8::1]:99'), '2001:db8::1|99');
  assert.equal(client('2001:db8::1'), '2001:db8::1|0');
  assert.equal(client('[2001:db8::1]'), '2001:db8::1|0');
  for (const nonsense of ['', 'unknown', '203.0.113.9:99999', '1.2.3', ',', '203.0.113.9:', '[::1']) {
    assert.equal(client(nonsense), '127.0.0.1|4711', nonsense);
    assert.equal(client(`${nonsense}, 10.1.1.1`), '10.1.1.1|0', nonsense);
  }
});
