/** A ledger on paper, and what counts what it says. */
import { ManualClock } from '../../shared/clock.ts';
import { AccountNumbers } from '../credits/account-numbers.ts';
import type { CommittedBlock } from '../ledger/block-writer.ts';
import { openSequence } from '../store/sequence.ts';
import type { Store } from '../store/store.ts';
import { silentLog } from '../store/store.fixture.ts';
import { Calendar } from './calendar.ts';
import { EntryReader } from './ledger-entries.ts';
import { RollupFolder } from './rollup-folder.ts';
import { RollupRows } from './rollup-rows.ts';
import { UsageEvents } from './usage-events.ts';
import { UsageKinds } from './usage-kinds.ts';
import { UsageRecorder } from './usage-recorder.ts';
import { UsageReports } from './usage-reports.ts';
import { UsageWriter } from './usage-writer.ts';

/** As much of a ledger as usage asks for. */
export class PaperLedger {
  readonly texts: string[] = [];
  #listeners: ((block: CommittedBlock) => void)[] = [];

  get head() {
    return { size: this.texts.length };
  }

  onCommit(listener: (block: CommittedBlock) => void) {
    this.#listeners.push(listener);
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  entryTexts(from: number, to: number) {
    return Promise.resolve(this.texts.slice(from, to));
  }

  commit(...texts: string[]) {
    const first = this.texts.length;
    this.texts.push(...texts);
    for (const listener of this.#listeners) listener({ first, texts } as unknown as CommittedBlock);
  }
}

export interface ChargeOf {
  readonly account?: string;
  readonly actor?: string;
  readonly amount?: number;
  readonly at: string;
  readonly finish?: string;
  readonly hold?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly route?: string;
  readonly service?: string;
  readonly trace?: string;
}

/** The text of an entry, its members in order. */
export function charge({ account = 'ana', at, ...one }: ChargeOf): string {
  const { actor = account, amount = 10, finish = 'stop', hold = '-', service = 'chat', route = 'r' } = one;
  const { inputTokens = 3, outputTokens = 7, trace = 'Usuario-1:m1' } = one;
  return JSON.stringify({
    account,
    actor,
    amount: String(amount),
    answer: '',
    at,
    degraded: 'false',
    finish,
    hold,
    id: 'x:1',
    inputTokens: String(inputTokens),
    model: `${route}-model`,
    outputTokens: String(outputTokens),
    prompt: '',
    route,
    service,
    trace,
    type: 'charge',
    usage: 'reported',
  });
}

export type Usage = Awaited<ReturnType<typeof openUsageOf>>;

export interface UsageOptions {
  readonly ledger?: PaperLedger;
  readonly zone?: string;
  readonly now?: string;
}

export async function openUsageOf(store: Store, options: UsageOptions = {}) {
  const { ledger = new PaperLedger(), zone = 'UTC', now = '2026-03-10T12:00:00.000Z' } = options;
  const clock = new ManualClock(Date.parse(now));
  const [names, numbers] = await Promise.all([openSequence(store, 'accounts'), openSequence(store, 'usage')]);
  const accounts = new AccountNumbers(store, () => names.next());
  const calendar = new Calendar(zone);
  const kinds = await UsageKinds.open(store);
  const rows = new RollupRows(store);
  const writer = new UsageWriter({
    store,
    accounts,
    kinds,
    rows,
    calendar,
    nextNumber: () => numbers.next(),
  });
  const reader = new EntryReader({
    providerOf: (route, model) => kinds.providerOf(route, model) ?? '',
    usdNanosPerCredit: 1_000_000,
  });
  const events = new UsageEvents(store, kinds);
  const parts = { store, ledger, accounts, reader, writer, events, clock, log: silentLog };
  const recorder = await UsageRecorder.open({ ...parts, isRoute: (id) => id === 'r' });
  const inTurn = <Result>(run: () => Promise<Result>) => recorder.inTurn(run);
  const folder = new RollupFolder({ store, rows, writer, calendar, clock, log: silentLog, inTurn });
  await folder.start();
  const reports = new UsageReports({ store, kinds, calendar, clock });
  const numberOf = async (name: string) => (await accounts.find(name))?.number ?? -1;
  return { ledger, clock, recorder, folder, reports, events, kinds, calendar, numberOf };
}
