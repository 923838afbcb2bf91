import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '../shared/environment.ts';
import { readGatewayConfig } from './config.ts';

test('it runs without any setting', () => {
  const config = readGatewayConfig({});
  assert.equal(config.WS_PORT, 8765);
  assert.equal(config.TCP_PORT, 5002);
  assert.deepEqual(config.ALLOWED_ORIGINS, []);
});

test('every fault is told', () => {
  const environment = {
    WS_PORT: 'x',
    ALLOWED_ORIGINS: 'https://chat.example, chat.example, https://chat.example/path',
    TRUSTED_PROXIES: '10.0.0.0/64',
    GATEWAY_DRAIN_SECONDS: '-1',
  };
  assert.throws(
    () => readGatewayConfig(environment),
    (error) => {
      assert.ok(error instanceof EnvironmentError);
      assert.deepEqual(
        error.faults.map(({ name }) => name),
        Object.keys(environment),
      );
      return true;
    },
  );
});
