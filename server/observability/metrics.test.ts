import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerMetrics } from './metrics.ts';

const nothing = () => 0;
const SOURCES = {
  connections: nothing,
  sessions: nothing,
  detachedSessions: nothing,
  queueDepth: nothing,
  callsInFlight: nothing,
  outboxBytes: nothing,
  canAccount: () => true,
  ledger: () => ({ issued: 0, revenue: 0, accounts: 0, openHolds: 0, entries: 0 }),
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
