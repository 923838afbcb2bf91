import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import type { ModelClient } from './model-client.ts';
import { isDegraded, ProviderSelect, SELECT_LIMITS } from './select.ts';

class FakeProvider implements ModelClient {
  readonly provider: ModelClient['provider'];
  readonly defaultModel = 'm';
  answers: boolean | 'never' = true;
  probes = 0;
  closed = false;

  constructor(name: ModelClient['provider']) {
    this.provider = name;
  }

  async *stream(): AsyncGenerator<never> {}

  async models(): Promise<readonly never[]> {
    return [];
  }

  alive(signal: AbortSignal): Promise<boolean> {
    this.probes += 1;
    if (this.answers !== 'never') return Promise.resolve(this.answers);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    signal.addEventListener('abort', () => resolve(false));
    return promise;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function providers() {
  return {
    ollama: new FakeProvider('ollama'),
    openai: new FakeProvider('openai'),
    offline: new FakeProvider('offline'),
    clock: new ManualClock(),
  };
}

const namesOf = (list: readonly ModelClient[]): string[] => list.map(({ provider }) => provider);

/** Moves to the next probe and lets its promises settle. */
async function nextProbe(clock: ManualClock): Promise<void> {
  clock.advance(SELECT_LIMITS.probeIntervalMs);
  await setImmediate();
}

test('auto: Ollama is first while it answers, goes after two missed probes, and comes back', async () => {
  const { clock, ...all } = providers();
  const select = new ProviderSelect({ mode: 'auto', clock, ...all });
  const changes: string[][] = [];
  select.onChange((list) => changes.push(namesOf(list)));
  await select.start();
  assert.deepEqual(namesOf(select.current()), ['ollama', 'openai', 'offline']);
  all.ollama.answers = false;
  await nextProbe(clock);
  assert.equal(select.current()[0]?.provider, 'ollama');
  await nextProbe(clock);
  assert.equal(select.current()[0]?.provider, 'openai');
  all.ollama.answers = true;
  await nextProbe(clock);
  assert.deepEqual(changes, [
    ['ollama', 'openai', 'offline'],
    ['openai', 'offline'],
    ['ollama', 'openai', 'offline'],
  ]);
});

test('auto: a probe that hangs is a missed one', async () => {
  const { clock, ...all } = providers();
  all.ollama.answers = 'never';
  const select = new ProviderSelect({ mode: 'auto', clock, ...all });
  const started = select.start();
  clock.advance(SELECT_LIMITS.probeTimeoutMs);
  await started;
  assert.deepEqual(namesOf(select.current()), ['openai', 'offline']);
});

test('the companion is a stand-in only when something else comes before it', async () => {
  const { clock, ...all } = providers();
  all.ollama.answers = false;
  const select = new ProviderSelect({ mode: 'auto', clock, ollama: all.ollama, offline: all.offline });
  await select.start();
  assert.equal(isDegraded(all.offline, select.current()), false);
  all.ollama.answers = true;
  await nextProbe(clock);
  assert.equal(isDegraded(all.offline, select.current()), true);
  assert.equal(isDegraded(all.ollama, select.current()), false);
});

test('a chosen provider stays chosen and is not probed; one that is missing is a fault', async () => {
  const { clock, ...all } = providers();
  all.ollama.answers = false;
  for (const mode of ['ollama', 'openai'] as const) {
    const select = new ProviderSelect({ mode, clock, ...all });
    await select.start();
    assert.deepEqual(namesOf(select.current()), [mode, 'offline']);
  }
  const offline = new ProviderSelect({ mode: 'offline', clock, ...all });
  assert.deepEqual(namesOf(offline.current()), ['offline']);
  assert.equal(all.ollama.probes, 0);
  assert.throws(() => new ProviderSelect({ mode: 'openai', clock, offline: all.offline }));
});

test('close ends the probes and closes the providers; a listener can be removed', async () => {
  const { clock, ...all } = providers();
  const select = new ProviderSelect({ mode: 'auto', clock, ...all });
  let told = 0;
  const remove = select.onChange(() => (told += 1));
  remove();
  await select.start();
  await select.close();
  await nextProbe(clock);
  assert.equal(all.ollama.probes, 1);
  assert.equal(told, 0);
  assert.ok(all.ollama.closed && all.openai.closed && all.offline.closed);
});
