/**
 * A server whose model answers at once, as a process: what a benchmark measures is then Hilo alone. Settings
 * are those of the server; it says where it listens on standard output, as one line of JSON.
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { systemClock } from '../../shared/clock.ts';
import { readServerConfig } from '../../server/config/config.ts';
import { openDataDirectory } from '../../server/data-directory.ts';
import type { Meter, SettleFacts } from '../../server/credits/meter.ts';
import { freeMeter } from '../../server/chat/chat.fixture.ts';
import type { LlmChunk, ModelClient, ModelListing } from '../../server/models/model-client.ts';
import { pooledRandomBytes } from '../../server/support/random-pool.ts';
import { routesOf } from './test-server.ts';
import { startServer } from '../../server/server.ts';

class InstantProvider implements ModelClient {
  readonly provider = 'openai';
  readonly defaultModel = 'instant';

  async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
    yield { type: 'delta', text: 'This is the whole answer.' };
    yield { type: 'end', finishReason: 'stop', inputTokens: 12, outputTokens: 6 };
  }

  models(): Promise<readonly ModelListing[]> {
    return Promise.resolve([{ name: this.defaultModel }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const config = readServerConfig(process.env);
const log = pino({ level: config.LOG_LEVEL });
const data = await openDataDirectory(config, {
  clock: systemClock,
  log,
  randomBytes: pooledRandomBytes(randomBytes),
});
/** Charges nothing and writes nothing; the turns stand in their conversations as if it did. */
const unwritten: Meter = {
  async reserve(request) {
    const free = await freeMeter.reserve(request);
    const settle = (facts: SettleFacts) => {
      const { prompt, answer, placement } = facts;
      return placement.place({ exchange: 0, trace: 't', prompt, answer, status: 'ok' }, () =>
        free.settle(facts),
      );
    };
    return { ...free, settle };
  },
};
// To see what the ledger costs, the same server without it.
const isLedgerOff = process.env['INSTANT_LEDGER'] === 'off';
const server = await startServer(config, {
  clock: systemClock,
  random: Math.random,
  log,
  data: isLedgerOff ? { ...data, meter: unwritten } : data,
  routes: routesOf([new InstantProvider()], config, systemClock),
  descriptorLimit: 20_000,
  checkOutput: false,
});
const { port, proxyPort, metricsPort } = server;
process.stdout.write(`${JSON.stringify({ port, proxyPort, metricsPort })}\n`);
process.once('SIGTERM', () => void server.drain());
