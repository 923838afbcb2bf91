/** What counts use and answers questions about it, put together. */
import type { Clock } from '../shared/clock.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { Log } from './observability/log.ts';
import { every } from './support/every.ts';
import { Calendar } from './usage/calendar.ts';
import { EntryReader } from './usage/ledger-entries.ts';
import { RollupFolder } from './usage/rollup-folder.ts';
import { RollupRows } from './usage/rollup-rows.ts';
import { UsageEvents } from './usage/usage-events.ts';
import { UsageKinds } from './usage/usage-kinds.ts';
import { UsageRecorder } from './usage/usage-recorder.ts';
import { UsageReports } from './usage/usage-reports.ts';
import { UsageWriter } from './usage/usage-writer.ts';

const SWEEP_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * SWEEP_MS;
const NANOS = 1_000_000_000;

export interface UsageParts {
  readonly config: Pick<ServerConfig, 'USAGE_TIME_ZONE' | 'USAGE_EVENT_DAYS' | 'USD_PER_CREDIT'>;
  readonly data: DataDirectory;
  readonly routes: RouteDirectory;
  readonly clock: Clock;
  readonly log: Log;
}

export interface UsageServices {
  readonly recorder: UsageRecorder;
  readonly reports: UsageReports;
  readonly events: UsageEvents;
  readonly eventDays: number;
  /** Deletes what is counted of an account. */
  forget(account: string): Promise<void>;
  /** Of an account that has used something, or been given something. */
  numberOf(account: string): Promise<number | undefined>;
}

/** It is closed before the data: the last events are written then. */
export async function openUsage({ config, data, routes, clock, log }: UsageParts): Promise<UsageServices> {
  const { store, accounts, ledger, numbers } = data;
  const calendar = new Calendar(config.USAGE_TIME_ZONE);
  const kinds = await UsageKinds.open(store);
  const rows = new RollupRows(store);
  const nextNumber = numbers.usage;
  const writer = new UsageWriter({ store, accounts, kinds, rows, calendar, nextNumber });
  const named = (id: string) => routes.named(id, 'admin');
  const reader = new EntryReader({
    providerOf: (route, model) => named(route)?.provider ?? kinds.providerOf(route, model) ?? '',
    usdNanosPerCredit: (config.USD_PER_CREDIT ?? 0) * NANOS,
  });
  const isRoute = (id: string) => named(id) !== undefined;
  const events = new UsageEvents(store, kinds);
  const parts = { store, ledger, accounts, reader, writer, events };
  const recorder = await UsageRecorder.open({ ...parts, clock, log, isRoute });
  const inTurn = <Result>(run: () => Promise<Result>) => recorder.inTurn(run);
  const folder = new RollupFolder({ store, rows, writer, calendar, clock, log, inTurn });
  await folder.start();
  const stopSweep = every(clock, SWEEP_MS, async () => {
    await events.deleteOld(clock.now() - config.USAGE_EVENT_DAYS * DAY_MS).catch((error: unknown) => {
      log.error({ err: error }, 'Old events of use could not be deleted');
    });
  });
  data.closeFirst(async () => {
    stopSweep();
    await folder.close();
    await recorder.close();
  });
  return {
    recorder,
    events,
    reports: new UsageReports({ store, kinds, calendar, clock }),
    eventDays: config.USAGE_EVENT_DAYS,
    forget: (account) => recorder.forget(account),
    numberOf: async (account) => (await accounts.find(account))?.number,
  };
}
