import type { ExchangeRecord } from './exchange-record.ts';

/** An exchange that was queued, failed once, was tried again, and then answered by another provider. */
export function exchangeRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    trace: 'Usuario-1:m1',
    request: undefined,
    owner: 'Usuario-1',
    account: 'anon:epoch:1',
    service: 'chat',
    isJob: false,
    settled: 'now',
    wanted: undefined,
    outcome: 'answered',
    finish: 'stop',
    answeredBy: { route: 'r2', provider: 'openai', model: 'm2', degraded: false },
    times: {
      arrivedAtMs: 1_700_000_000_000,
      admittedMs: 1,
      queuedMs: 2_000,
      hadToWait: true,
      firstTokenMs: 4_000,
      totalMs: 5_000,
    },
    attempts: [
      {
        route: 'r',
        provider: 'ollama',
        model: 'm',
        outcome: 'server_error',
        durationMs: 40,
        firstTokenMs: undefined,
        failure: { status: 500, diagnosis: 'out_of_memory', message: '500: requires more system memory' },
        retryInMs: 900,
      },
      {
        route: 'r2',
        provider: 'openai',
        model: 'm2',
        outcome: 'answered',
        durationMs: 3_000,
        firstTokenMs: 200,
        failure: undefined,
        retryInMs: undefined,
      },
    ],
    fallbacks: [{ from: 'ollama', to: 'openai', reason: 'server_error' }],
    usage: { inputTokens: 12, outputTokens: 6, source: 'reported' },
    charged: 18,
    sizes: {
      promptCharacters: 4,
      answerCharacters: 20,
      thinkingCharacters: 0,
      bytesIn: 4,
      bytesOut: 20,
      messages: 2,
    },
    ...changes,
  };
}
