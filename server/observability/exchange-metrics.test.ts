import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { countExchanges } from './exchange-metrics.ts';
import { exchangeRecord } from './exchange-record.fixture.ts';

async function samplesOf(registry: Registry): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'));
}

test('a record is counted: queue, calls, retries, fallbacks, tokens', async () => {
  const registry = new Registry();
  countExchanges(registry)(exchangeRecord());
  assert.deepEqual(await samplesOf(registry), [
    'hilo_queued_total 1',
    'hilo_queue_wait_seconds_sum 2',
    'hilo_queue_wait_seconds_count 1',
    'hilo_call_duration_seconds_sum{provider="ollama"} 0.04',
    'hilo_call_duration_seconds_count{provider="ollama"} 1',
    'hilo_call_duration_seconds_sum{provider="openai"} 3',
    'hilo_call_duration_seconds_count{provider="openai"} 1',
    'hilo_first_token_seconds_sum{provider="openai"} 0.2',
    'hilo_first_token_seconds_count{provider="openai"} 1',
    'hilo_calls_total{provider="ollama",outcome="server_error"} 1',
    'hilo_calls_total{provider="openai",outcome="answered"} 1',
    'hilo_tokens_total{provider="openai",kind="input"} 12',
    'hilo_tokens_total{provider="openai",kind="output"} 6',
    'hilo_retries_total{provider="ollama",failure="server_error"} 1',
    'hilo_fallbacks_total{from="ollama",to="openai"} 1',
  ]);
});

test('a message that was refused is no call and has no tokens', async () => {
  const registry = new Registry();
  const { times } = exchangeRecord();
  const refused = { ...times, admittedMs: undefined, queuedMs: undefined, hadToWait: false };
  countExchanges(registry)(
    exchangeRecord({
      outcome: 'rate_limited',
      answeredBy: undefined,
      attempts: [],
      fallbacks: [],
      usage: undefined,
      times: refused,
    }),
  );
  assert.deepEqual(await samplesOf(registry), ['hilo_queued_total 0']);
});
