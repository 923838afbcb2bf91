import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { watchForMissingModel, type MissingModel } from './missing-model.ts';
import { LlmError, type ModelClient } from './model-client.ts';
import { SELECT_LIMITS, type ProviderSource } from './select.ts';

function bench(model: string, available: readonly string[] | undefined) {
  const clock = new ManualClock();
  const state = { available, looks: 0 };
  const ollama = {
    provider: 'ollama',
    defaultModel: model,
    models: () => {
      state.looks += 1;
      if (state.available) return Promise.resolve(state.available.map((name) => ({ name })));
      return Promise.reject(new LlmError('unreachable', 'Nobody is there'));
    },
  } as unknown as ModelClient;
  const offline = { provider: 'offline', defaultModel: 'companion' } as ModelClient;
  const listeners: (() => void)[] = [];
  let current = [ollama, offline];
  const source = {
    current: () => current,
    onChange: (listener: () => void) => {
      listeners.push(listener);
      return () => {};
    },
  } as unknown as ProviderSource;
  const told: MissingModel[] = [];
  const change = (isThere: boolean) => {
    current = isThere ? [ollama, offline] : [offline];
    for (const listener of listeners) listener();
    return setImmediate();
  };
  const watch = () => {
    watchForMissingModel(source, clock, (missing) => told.push(missing));
    return setImmediate();
  };
  const wait = () => {
    clock.advance(SELECT_LIMITS.probeIntervalMs);
    return setImmediate();
  };
  return { state, told, change, watch, wait };
}

test('a model that was not pulled is told once, with those that are there', async () => {
  const { told, watch, wait } = bench('qwen', ['llama3:8b', 'qwen:7b']);
  await watch();
  await wait();
  assert.deepEqual(told, [{ model: 'qwen', available: ['llama3:8b', 'qwen:7b'] }]);
});

test('a model that is there, with its tag or as the latest, is not told', async () => {
  for (const available of [['qwen'], ['other', 'qwen:latest']]) {
    const { told, watch } = bench('qwen', available);
    await watch();
    assert.deepEqual(told, []);
  }
});

test('an Ollama that does not answer yet is asked again until it does', async () => {
  const { state, told, watch, wait } = bench('qwen', undefined);
  await watch();
  await wait();
  assert.deepEqual([state.looks, told.length], [2, 0]);
  state.available = [];
  await wait();
  await wait();
  assert.deepEqual([state.looks, told], [3, [{ model: 'qwen', available: [] }]]);
});

test('one that goes and comes back is looked at anew', async () => {
  const { told, watch, change } = bench('qwen', ['other']);
  await watch();
  await change(false);
  await change(true);
  assert.equal(told.length, 2);
});

test('nothing is asked while Ollama is not the first choice', async () => {
  const { state, watch, change } = bench('qwen', []);
  await change(false);
  await watch();
  assert.equal(state.looks, 0);
  await change(true);
  assert.equal(state.looks, 1);
});
