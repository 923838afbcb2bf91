/**
 * Counts exchanges while they happen. What they cost is read from the ledger as it grows, and how far it was
 * read is written together with the counts: after a crash the rest is read again, so that the counts are what
 * the ledger says. How long they took is known in memory only until it is written, a moment later; exchanges
 * that were refused have no entry, and are counted from their records.
 */
import type { Clock } from '../../shared/clock.ts';
import type { AccountNumbers } from '../credits/account-numbers.ts';
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { StoreLog } from '../store/store-log.ts';
import { ExchangeMatches, type EnteredEvent } from './exchange-matches.ts';
import type { EntryReader } from './ledger-entries.ts';
import { serviceName, timesOf, type UsageEvent } from './usage-event.ts';
import type { UsageEvents } from './usage-events.ts';
import type { UsageWriter } from './usage-writer.ts';

export const RECORDER_LIMITS = {
  /** How long events are collected before they are written. */
  flushMs: 1_000,
  /** How long the entry of an exchange waits for its record. */
  recordMs: 2_000,
  /** A transaction takes no more of them, so that others do not wait long. */
  eventsAtOnce: 500,
  /** Entries read from the ledger at once. */
  entriesAtOnce: 10_000,
  /** Events that wait in memory; beyond that they are read from the ledger again. */
  waitingMax: 20_000,
  /** Refusals that wait in memory; more of them in one moment are not counted. */
  refusalsMax: 5_000,
  /** Refusals that become rows, each moment. */
  refusalRowsMax: 100,
} as const;

const PROGRESS = 'usage_to';

export interface UsageRecorderOptions {
  readonly store: Store;
  readonly ledger: Pick<Ledger, 'onCommit' | 'entryTexts'> & { readonly head: { readonly size: number } };
  readonly reader: EntryReader;
  readonly writer: UsageWriter;
  readonly events: UsageEvents;
  readonly accounts: Pick<AccountNumbers, 'find'>;
  readonly clock: Clock;
  readonly log: Pick<StoreLog, 'error' | 'warn'>;
  /** Whether a name is one of a route: others must not become one of the kinds. */
  readonly isRoute: (id: string) => boolean;
}

export class UsageRecorder {
  readonly #options: UsageRecorderOptions;
  readonly #matches = new ExchangeMatches();
  readonly #setProgress: string;
  readonly #stopListening: () => void;
  #entered: EnteredEvent[] = [];
  #refused: UsageEvent[] = [];
  /** Entries below were read. */
  #readTo = 0;
  /** Entries below are counted. */
  #countedTo = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #cancelFlush: (() => void) | undefined;
  #hasFailed = false;
  #isClosing = false;

  private constructor(options: UsageRecorderOptions) {
    this.#options = options;
    this.#setProgress = options.store.db
      .insertInto('properties')
      .values({ name: PROGRESS, value: '' })
      .onConflict((one) => one.column('name').doUpdateSet((each) => ({ value: each.ref('excluded.value') })))
      .compile().sql;
    this.#stopListening = options.ledger.onCommit((block) => this.#committed(block));
  }

  /** What the ledger has and the counts have not is read from now on. */
  static async open(options: UsageRecorderOptions): Promise<UsageRecorder> {
    const recorder = new UsageRecorder(options);
    await recorder.#begin();
    recorder.#plan();
    return recorder;
  }

  exchangeEnded(record: ExchangeRecord): void {
    const { settled } = record;
    if (settled !== undefined) this.#matches.ended(record);
    else if (this.#refused.length < RECORDER_LIMITS.refusalsMax) this.#refused.push(this.#refusal(record));
    this.#plan();
  }

  /** Runs nothing else that writes usage at the same time. */
  inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => {}); // Whoever asked hears of it.
    return result;
  }

  /** Of another service, with its document. False when its request was counted before. Durable then. */
  record(event: UsageEvent): Promise<boolean> {
    const { writer, events } = this.#options;
    return this.inTurn(async () => {
      if (await events.hasRequest(event.request)) return false;
      await writer.write([{ event, isKept: true, isOwned: true }]);
      return true;
    });
  }

  /** Nothing of the account's is left; its next use would be counted from zero. */
  async forget(account: string): Promise<void> {
    const { accounts, writer, events } = this.#options;
    await this.flush();
    await this.inTurn(async () => {
      const found = await accounts.find(account);
      if (found) await events.forget(found.number);
      writer.forget();
    });
  }

  /** Counts everything that is known now; entries whose record may still come are left out. */
  flush(): Promise<void> {
    return this.inTurn(() => this.#flush());
  }

  /** What is not counted yet is counted at the next start. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopListening();
    this.#cancelFlush?.();
    for (const one of this.#entered) if (!one.isWhole) this.#matches.giveUp(one);
    await this.flush().catch(() => {}); // Logged where it was met.
  }

  #committed({ first, texts }: CommittedBlock): void {
    // Entries that do not fit are read from the ledger later.
    if (first === this.#readTo && this.#entered.length < RECORDER_LIMITS.waitingMax) this.#read(first, texts);
    this.#plan();
  }

  #read(first: number, texts: readonly string[]): void {
    const { clock, reader } = this.#options;
    const seenAtMs = clock.monotonic();
    const oldestMs = clock.now() - RECORDER_LIMITS.recordMs;
    for (const [at, text] of texts.entries()) {
      const event = reader.read(text);
      if (!event) continue;
      // The records of what was before this start of the server are gone.
      const one = { index: first + at, event, isWhole: event.at < oldestMs, seenAtMs };
      this.#entered.push(one);
      if (!one.isWhole) this.#matches.entered(one);
    }
    this.#readTo = first + texts.length;
  }

  #refusal(record: ExchangeRecord): UsageEvent {
    const { service, outcome, answeredBy, wanted = '', account, trace, times } = record;
    const route = answeredBy?.route ?? (this.#options.isRoute(wanted) ? wanted : '');
    const { provider = '', model = '' } = answeredBy ?? {};
    return {
      at: times.arrivedAtMs,
      account,
      kind: { service: serviceName(service, record.isJob), route, provider, model, outcome },
      inputTokens: 0,
      outputTokens: 0,
      credits: 0,
      usdNanos: 0,
      times: timesOf(record),
      request: trace,
    };
  }

  #plan(): void {
    if (this.#isClosing) return;
    this.#cancelFlush ??= this.#options.clock.after(RECORDER_LIMITS.flushMs, () => {
      this.#cancelFlush = undefined;
      void this.flush()
        .catch(() => {}) // Logged where it was met.
        .then(() => {
          if (this.#isBehind) this.#plan();
        });
    });
  }

  get #isBehind(): boolean {
    return (
      this.#entered.length > 0 || this.#refused.length > 0 || this.#countedTo < this.#options.ledger.head.size
    );
  }

  async #flush(): Promise<void> {
    try {
      for (;;) {
        const isMore = await this.#writeSome();
        if (!isMore) break;
      }
      this.#hasFailed = false;
    } catch (error) {
      const { log } = this.#options;
      if (!this.#hasFailed) log.error({ err: error }, 'Usage could not be counted; it is tried again');
      this.#hasFailed = true;
      // What the store has is not known: it is asked again.
      await this.#begin().catch(() => {}); // The next flush fails in the same way, and comes here again.
      throw error;
    }
  }

  /** False when there is nothing to write any more. */
  async #writeSome(): Promise<boolean> {
    const { ledger, writer } = this.#options;
    if (this.#entered.length === 0 && this.#readTo < ledger.head.size) {
      const texts = await ledger.entryTexts(this.#readTo, this.#readTo + RECORDER_LIMITS.entriesAtOnce);
      if (texts.length === 0) throw new Error('The ledger gave no entry that it says it has');
      // Blocks that were committed meanwhile begin later than what is read here ends, or are part of it.
      this.#read(this.#readTo, texts);
    }
    const ready = this.#takeReady();
    const refused = this.#refused.splice(0, RECORDER_LIMITS.eventsAtOnce);
    const countedTo = this.#entered[0]?.index ?? this.#readTo;
    if (refused.length === 0 && countedTo === this.#countedTo) return false;
    const events = [
      ...ready.map(({ event }) => ({ event, isKept: true, isOwned: true })),
      ...refused.map((event, at) => ({ event, isKept: at < RECORDER_LIMITS.refusalRowsMax, isOwned: false })),
    ];
    await writer.write(events, [this.#progress(countedTo)]);
    this.#countedTo = countedTo;
    return true;
  }

  /** Entries are counted in their order. */
  #takeReady(): EnteredEvent[] {
    const nowMs = this.#options.clock.monotonic();
    let ready = 0;
    for (const one of this.#entered) {
      if (ready === RECORDER_LIMITS.eventsAtOnce) break;
      if (!one.isWhole && nowMs - one.seenAtMs < RECORDER_LIMITS.recordMs) break;
      if (!one.isWhole) this.#matches.giveUp(one);
      ready += 1;
    }
    return this.#entered.splice(0, ready);
  }

  #progress(countedTo: number): Step {
    return { sql: this.#setProgress, parameters: [PROGRESS, String(countedTo)] };
  }

  /** Counts that are ahead of the ledger belong to another one: they begin anew. */
  async #begin(): Promise<void> {
    const { store, ledger, writer, log } = this.#options;
    this.#entered = [];
    this.#matches.clear();
    writer.forget();
    const row = await store.db
      .selectFrom('properties')
      .select('value')
      .where('name', '=', PROGRESS)
      .executeTakeFirst();
    let countedTo = Number(row?.value ?? 0);
    if (countedTo > ledger.head.size) {
      log.warn(
        { countedTo, entries: ledger.head.size },
        'Usage was counted from another ledger: it begins anew',
      );
      const tables = ['usage_rollups', 'usage_events', 'usage_unfolded'] as const;
      await store.write([...tables.map((table) => store.db.deleteFrom(table).compile()), this.#progress(0)]);
      countedTo = 0;
    }
    this.#readTo = countedTo;
    this.#countedTo = countedTo;
  }
}
