import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { LIMITS } from '../../shared/limits.ts';
import { modelsOfVariables, type ModelVariables } from '../config/model-settings.ts';
import { MODEL_LIMITS } from './limits.ts';
import { LlmError, type LlmErrorKind, type ModelClient } from './model-client.ts';
import { RouteTable, type RouteTableOptions } from './route-table.ts';
import type { Route } from './route.ts';

class FakeClient implements ModelClient {
  readonly provider: ModelClient['provider'];
  readonly defaultModel = '';
  has: string[] | LlmErrorKind | 'never';
  probes = 0;
  closed = false;

  constructor(provider: ModelClient['provider'], has: FakeClient['has'] = []) {
    this.provider = provider;
    this.has = has;
  }

  async *stream(): AsyncGenerator<never> {}

  async models(signal: AbortSignal) {
    this.probes += 1;
    const { has } = this;
    if (Array.isArray(has)) return has.map((name) => ({ name }));
    if (has !== 'never') throw new LlmError(has, 'Scripted');
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new LlmError('aborted', 'Too late')));
    return promise;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const VARIABLES: ModelVariables = {
  LLM_PROVIDER: 'auto',
  OLLAMA_HOST: 'http://127.0.0.1:11434',
  OLLAMA_MODEL: 'qwen',
  OPENAI_BASE_URL: undefined,
  OPENAI_API_KEY: 'key',
  limits: LIMITS,
};

const PRICE = { input: 1, output: 1 };

function bench(
  variables: Partial<ModelVariables> = {},
  has: FakeClient['has'] = ['qwen:latest', 'llama3:8b'],
) {
  const clients = {
    ollama: new FakeClient('ollama', has),
    openai: new FakeClient('openai'),
    companion: new FakeClient('offline'),
  };
  const clock = new ManualClock();
  const missing: [string, readonly string[]][] = [];
  const settings = modelsOfVariables({ ...VARIABLES, ...variables });
  const { companion } = settings;
  assert.ok(companion);
  const aliasesOf: Readonly<Record<string, string[]>> = { qwen: ['claude-*'], 'gpt-4o-mini': ['gpt-4o*'] };
  const options: RouteTableOptions = {
    ...settings,
    upstreams: [
      ...settings.upstreams.map(({ id, slots, kind, listed }) => ({
        id,
        slots,
        client: clients[kind],
        isProbed: kind === 'ollama',
        termsOfListed: listed && (() => ({ ...listed, price: PRICE })),
      })),
      { id: 'companion', slots: undefined, client: clients.companion, isProbed: false },
    ],
    routes: [
      ...settings.routes.map((route) => ({ ...route, price: PRICE, aliases: aliasesOf[route.id] ?? [] })),
      { ...companion, id: 'companion', upstream: 'companion', model: 'companion', price: PRICE },
    ],
    companion: 'companion',
    clock,
    random: () => 0.5,
    maxRetries: 3,
    backoffInitialMs: 1,
    onMissing: ({ id }, available) => missing.push([id, available]),
  };
  const table = new RouteTable(options);
  const later = async (ms: number = MODEL_LIMITS.probeIntervalMs) => {
    clock.advance(ms);
    await setImmediate();
  };
  return { ...clients, clock, table, missing, later };
}

const ids = (routes: readonly Route[]) => routes.map(({ id }) => id);
const chain = (table: RouteTable, wanted?: string) => ids(table.resolve(wanted, 'anonymous'));

test('auto: Ollama is the default while it answers, and again soon after it has come back', async () => {
  const { ollama, table, later } = bench();
  const changes: string[] = [];
  assert.deepEqual(chain(table), ['gpt-4o-mini', 'companion']);
  table.onChange(() => changes.push(table.defaultRoute('anonymous').id));
  await table.start();
  assert.deepEqual(chain(table), ['qwen', 'gpt-4o-mini', 'companion']);
  ollama.has = 'unreachable';
  await later();
  assert.equal(chain(table)[0], 'qwen');
  await later();
  assert.equal(chain(table)[0], 'gpt-4o-mini');
  ollama.has = ['qwen'];
  await later(MODEL_LIMITS.probeIntervalDownMs);
  assert.equal(chain(table)[0], 'qwen');
  assert.deepEqual(chain(table, 'default'), chain(table));
  assert.deepEqual(chain(table, 'default:latest'), chain(table));
  assert.deepEqual(changes, ['qwen', 'gpt-4o-mini', 'qwen']);
});

test('a wanted route stays the first while its upstream is down, and is not waited for', async () => {
  const { ollama, table, later } = bench();
  await table.start();
  ollama.has = 'unreachable';
  await later();
  await later();
  const [first, ...others] = table.resolve('llama3:8b', 'anonymous');
  assert.deepEqual([first?.id, ids(others)], ['llama3:8b', ['gpt-4o-mini', 'companion']]);
  const retry = () => first?.guard.retryDelays().after(new LlmError('unreachable', 'Scripted'));
  assert.equal(retry(), undefined);
  ollama.has = ['llama3:8b'];
  await later(MODEL_LIMITS.probeIntervalDownMs);
  assert.equal(retry(), 0);
});

test('a call that finds nobody and the probe after it are enough', async () => {
  const { ollama, table } = bench();
  await table.start();
  ollama.has = 'unreachable';
  const [first] = table.resolve(undefined, 'anonymous');
  const call = first?.guard.untilFirstChunk(() => Promise.reject(new LlmError('unreachable', 'Scripted')));
  await assert.rejects(call ?? Promise.resolve());
  await setImmediate();
  assert.equal(ollama.probes, 2);
  assert.deepEqual(chain(table), ['gpt-4o-mini', 'companion']);
});

test('a probe that hangs is a missed one; a list that is refused is no reason to give up', async () => {
  const hanging = bench({}, 'never');
  const started = hanging.table.start();
  hanging.clock.advance(MODEL_LIMITS.probeTimeoutMs);
  await started;
  assert.equal(chain(hanging.table)[0], 'gpt-4o-mini');
  const refusing = bench({}, 'bad_request');
  await refusing.table.start();
  assert.equal(chain(refusing.table)[0], 'qwen');
});

test('every model that Ollama lists is a route, by any name that Ollama takes', async () => {
  const { ollama, table, later } = bench();
  await table.start();
  assert.deepEqual(ids(table.list('anonymous')), ['qwen', 'gpt-4o-mini', 'llama3:8b', 'companion']);
  const [listed] = table.resolve('LLAMA3:8b', 'anonymous');
  assert.equal(chain(table, 'library/qwen:latest')[0], 'qwen');
  ollama.has = ['qwen', 'llama3:8b', 'new:1b'];
  await later();
  assert.equal(table.resolve('llama3:8b', 'anonymous')[0], listed, 'It keeps its breaker');
  assert.equal(chain(table, 'new:1b')[0], 'new:1b');
  ollama.has = ['qwen'];
  await later();
  assert.throws(() => table.resolve('llama3:8b', 'anonymous'), { key: 'not_found' });
});

test('what is listed has bounds, and takes no place of a route of the settings', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `model-${index}`);
  const odd = ['companion', 'GPT-4o-mini', 'a b', 'x'.repeat(201), '<script>', ''];
  const { table } = bench({}, [...odd, ...many]);
  await table.start();
  const listed = table.list('anonymous').filter(({ upstream }) => upstream.id === 'ollama');
  assert.equal(listed.length, MODEL_LIMITS.listedRoutesMax + 1);
  assert.deepEqual(ids(listed).slice(0, 3), ['qwen', 'model-0', 'model-1']);
  assert.equal(table.resolve('companion', 'anonymous')[0]?.provider, 'offline');
});

test('an alias leads to its route, unless a route has that name', async () => {
  const { ollama, table, later } = bench({}, ['qwen', 'gpt-4o:20b']);
  assert.equal(chain(table, 'gpt-4o:20b')[0], 'gpt-4o-mini');
  await table.start();
  assert.deepEqual(chain(table, 'claude-sonnet-4-5'), ['qwen', 'gpt-4o-mini', 'companion']);
  assert.equal(chain(table, 'gpt-4o:20b')[0], 'gpt-4o:20b');
  ollama.has = ['qwen'];
  await later();
  assert.equal(chain(table, 'gpt-4o:20b')[0], 'gpt-4o-mini');
});

test('a model that Ollama lists for embeddings alone is no route', async () => {
  const { ollama, table } = bench();
  ollama.models = async () => [
    { name: 'nomic-embed-text', capabilities: ['embedding'] },
    { name: 'llava', capabilities: ['completion', 'vision'] },
  ];
  await table.start();
  assert.equal(chain(table, 'llava')[0], 'llava');
  assert.throws(() => table.resolve('nomic-embed-text', 'admin'), { key: 'not_found' });
});

test('a name that is no route is not found', async () => {
  const { table } = bench();
  await table.start();
  for (const name of ['o1-pro', '../../x:y@z', '', '__proto__', 'constructor']) {
    assert.throws(() => table.resolve(name, 'admin'), { key: 'not_found' }, name);
  }
});

test('a default that Ollama lacks is told once and passed over in auto, until it is there', async () => {
  const { ollama, table, missing, later } = bench({ OPENAI_API_KEY: undefined }, ['llama3:8b']);
  await table.start();
  await later();
  assert.deepEqual(missing, [['qwen', ['llama3:8b']]]);
  assert.deepEqual(chain(table), ['companion']);
  ollama.has = ['llama3:8b', 'qwen:latest'];
  await later();
  assert.deepEqual(chain(table), ['qwen', 'companion']);
  ollama.has = ['llama3:8b'];
  await later();
  assert.equal(missing.length, 2);
});

test('in the other modes the order never changes', async () => {
  const ollama = bench({ LLM_PROVIDER: 'ollama' }, 'unreachable');
  await ollama.table.start();
  assert.deepEqual(chain(ollama.table), ['qwen', 'companion']);
  const openai = bench({ LLM_PROVIDER: 'openai' });
  await openai.table.start();
  assert.deepEqual([chain(openai.table), openai.ollama.probes], [['gpt-4o-mini', 'companion'], 0]);
  assert.deepEqual(chain(bench({ LLM_PROVIDER: 'offline' }).table), ['companion']);
});

test('the breaker of one route leaves the others at the same upstream alone, and says so', async () => {
  const { table } = bench();
  await table.start();
  const states: [string, string][] = [];
  table.onBreakerState(({ id }, state) => states.push([id, state]));
  const [huge] = table.resolve('llama3:8b', 'anonymous');
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) {
    const load = Promise.reject(new LlmError('server_error', 'requires more system memory'));
    await huge?.guard.untilFirstChunk(() => load).catch(() => undefined);
  }
  assert.deepEqual(states, [['llama3:8b', 'open']]);
  assert.ok((huge?.guard.refusedForMs() ?? 0) > 0);
  assert.equal(table.defaultRoute('anonymous').guard.refusedForMs(), undefined);
});

test('close ends the probes and closes the clients; a listener can be removed', async () => {
  const { clock, table, ollama, openai, companion, later } = bench();
  let told = 0;
  const remove = table.onChange(() => (told += 1));
  remove();
  await table.start();
  await table.close();
  await later();
  clock.advance(MODEL_LIMITS.probeIntervalMs);
  assert.deepEqual([ollama.probes, told], [1, 0]);
  assert.ok(ollama.closed && openai.closed && companion.closed);
});
