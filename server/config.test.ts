import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '../shared/environment.ts';
import { LIMITS } from '../shared/limits.ts';
import { limitVariable, readServerConfig, SERVER_VARIABLES } from './config.ts';

test('nothing need be set, and what comes is frozen', () => {
  const config = readServerConfig({});
  assert.deepEqual(config.limits, LIMITS);
  assert.deepEqual([config.APP_HOST, config.APP_PORT, config.LLM_PROVIDER], ['127.0.0.1', 5001, 'auto']);
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.limits));
});

test('each limit has one variable', () => {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  const variables = names.map(limitVariable);
  assert.equal(new Set(SERVER_VARIABLES).size, SERVER_VARIABLES.length);
  for (const [index, variable] of variables.entries()) {
    assert.match(variable, /^[A-Z]+(?:_[A-Z0-9]+)*$/);
    assert.ok(SERVER_VARIABLES.includes(variable));
    const name = names[index];
    assert.ok(name !== undefined && readServerConfig({ [variable]: '7' }).limits[name] === 7);
  }
  assert.equal(limitVariable('messagesPerWindow'), 'RATE_MAX_MESSAGES');
  assert.equal(limitVariable('sniffMs'), 'LIMIT_SNIFF_MS');
});

test('all faults are told at once, and secrets are not', () => {
  assert.throws(
    () => readServerConfig({ APP_PORT: '-1', MAX_IN_FLIGHT: '0', HILO_LOCALE: 'fr', OPENAI_BASE_URL: 'x' }),
    (thrown) => {
      assert.ok(thrown instanceof EnvironmentError);
      const names = thrown.faults.map(({ name }) => name);
      assert.deepEqual(names.toSorted(), ['APP_PORT', 'HILO_LOCALE', 'MAX_IN_FLIGHT', 'OPENAI_BASE_URL']);
      return true;
    },
  );
});

test('a file that is not there is a fault', () => {
  assert.throws(() => readServerConfig({ SYSTEM_PROMPT_FILE: '/nowhere/at-all.txt' }));
});
