import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerMetrics } from './metrics.ts';

const nothing = () => 0;
const SOURCES = {
  connections: nothing,
  sessions: nothing,
  detachedSessions: nothing,
  queueDepth: nothing,
  queueMax: 512,
  callsInFlight: nothing,
  outboxBytes: nothing,
  canAccount: () => true,
  ledger: () => ({ issued: 0, revenue: 0, accounts: 0, openHolds: 0, entries: 0 }),
  dataDir: import.meta.dirname,
  houseCredits: undefined,
  witnesses: () => [],
};

test('a breaker has a sample before anything fails, and keeps its state', async (context) => {
  const metrics = new ServerMetrics();
  metrics.watch(SOURCES);
  context.after(() => metrics.close());
  const states = async () => (await metrics.registry.metrics()).match(/^hilo_breaker_state.*$/gm);
  metrics.knowRoutes(['qwen']);
  assert.deepEqual(await states(), ['hilo_breaker_state{route="qwen"} 0']);
  metrics.breakerState('qwen', 'open');
  metrics.knowRoutes(['qwen', 'companion']);
  assert.deepEqual(await states(), [
    'hilo_breaker_state{route="qwen"} 2',
    'hilo_breaker_state{route="companion"} 0',
  ]);
  metrics.knowRoutes(['companion']);
  assert.deepEqual(await states(), ['hilo_breaker_state{route="companion"} 0']);
});

test('disk, balance of the house and alarms of witnesses are read during the scrape', async (context) => {
  const metrics = new ServerMetrics();
  context.after(() => metrics.close());
  let credits = 7;
  let isInconsistent = false;
  metrics.watch({
    ...SOURCES,
    houseCredits: () => Promise.resolve(credits),
    witnesses: () => [{ name: 'w', isInconsistent }],
  });
  const sample = async (series: string) => {
    const lines = (await metrics.registry.metrics()).split('\n');
    return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1);
  };
  assert.equal(await sample('hilo_house_credits'), '7');
  assert.equal(await sample('hilo_witness_inconsistent{witness="w"}'), '0');
  credits = 0;
  isInconsistent = true;
  assert.equal(await sample('hilo_house_credits'), '0');
  assert.equal(await sample('hilo_witness_inconsistent{witness="w"}'), '1');
  const free = Number(await sample('hilo_data_free_bytes'));
  assert.ok(free > 0 && free <= Number(await sample('hilo_data_size_bytes')));
});

test('what cannot be read is not a number: it must look neither empty nor full', async (context) => {
  const metrics = new ServerMetrics();
  context.after(() => metrics.close());
  metrics.watch({
    ...SOURCES,
    dataDir: '/nowhere/at/all',
    houseCredits: () => Promise.reject(new Error('ledger_unavailable')),
  });
  const text = await metrics.registry.metrics();
  for (const name of ['hilo_data_free_bytes', 'hilo_data_size_bytes', 'hilo_house_credits']) {
    assert.match(text, new RegExp(`^${name} NaN$`, 'mi'));
  }
});
