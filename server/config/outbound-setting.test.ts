import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '../../shared/environment.ts';
import { readServerConfig } from './config.ts';

test('web ports are open and no private host, unless the operator says otherwise', () => {
  const { OUTBOUND_PORTS, OUTBOUND_ALLOW } = readServerConfig({});
  assert.deepEqual([OUTBOUND_PORTS, OUTBOUND_ALLOW], [[80, 443], []]);
});

test('hosts are written as in URLs, with or without a port', () => {
  const { OUTBOUND_PORTS, OUTBOUND_ALLOW } = readServerConfig({
    OUTBOUND_PORTS: '8443',
    OUTBOUND_ALLOW: 'Wiki.Internal, 10.0.0.7:8080,[FD00::07]:81,[::1]',
  });
  assert.deepEqual(OUTBOUND_PORTS, [8443]);
  assert.deepEqual(OUTBOUND_ALLOW, [
    { hostname: 'wiki.internal', port: undefined },
    { hostname: '10.0.0.7', port: 8080 },
    { hostname: 'fd00::7', port: 81 },
    { hostname: '::1', port: undefined },
  ]);
});

test('what is neither a port nor a host is a fault of the setting', () => {
  for (const value of ['0', '70000', 'http', '80-90']) {
    assert.throws(() => readServerConfig({ OUTBOUND_PORTS: value }), EnvironmentError, value);
  }
  for (const value of [
    'http://wiki',
    'wiki/path',
    'a:b@wiki',
    'wiki:0',
    'wiki:70000',
    '10.0.0.0/8',
    'fd00::7',
  ]) {
    assert.throws(() => readServerConfig({ OUTBOUND_ALLOW: value }), EnvironmentError, value);
  }
});
