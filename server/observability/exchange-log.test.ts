import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { logExchanges } from './exchange-log.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { exchangeRecord } from './exchange-record.fixture.ts';

function linesOf(record: ExchangeRecord, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = pino({ level, base: null, timestamp: false }, { write: (line) => lines.push(line) });
  logExchanges(log)(record);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a failed call is told with its status and the words of the upstream, then the exchange', () => {
  assert.deepEqual(linesOf(exchangeRecord()), [
    {
      level: 40,
      trace: 'Usuario-1:m1',
      route: 'r',
      provider: 'ollama',
      failure: 'server_error',
      status: 500,
      diagnosis: 'out_of_memory',
      reason: '500: requires more system memory',
      retryInMs: 900,
      msg: 'A call failed',
    },
    {
      level: 30,
      trace: 'Usuario-1:m1',
      ms: 5_000,
      queuedMs: 2_000,
      firstTokenMs: 4_000,
      route: 'r2',
      provider: 'openai',
      model: 'm2',
      calls: 2,
      inputTokens: 12,
      outputTokens: 6,
      charged: 18,
      msg: 'Exchange',
    },
  ]);
});

test('an exchange that failed is a warning with the key that its client got', () => {
  const record = exchangeRecord({ outcome: 'upstream_failed', finish: undefined, charged: 0 });
  const last = linesOf(record, 'warn').at(-1);
  assert.deepEqual([last?.['level'], last?.['key']], [40, 'upstream_failed']);
});

test('a call that its client has cancelled is no failure', () => {
  const [, answered] = exchangeRecord().attempts;
  assert.ok(answered);
  const failure = { status: undefined, diagnosis: undefined, message: 'Cancelled' };
  const attempts = [{ ...answered, outcome: 'aborted', failure }];
  assert.equal(linesOf(exchangeRecord({ outcome: 'cancelled', attempts })).length, 1);
});
