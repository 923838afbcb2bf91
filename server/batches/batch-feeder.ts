/**
 * Puts the lines of batches into the queue, a few of each batch at a time: what waits is in the files. Which
 * line is next is written in the same unit as its job, so that a crash makes no job twice.
 *
 *   checking ──► running ──► completed
 *       │           └─ stop ──► cancelled | expired  when its jobs are over
 *       └──► failed                                   the file has faults, or the account too little
 */
import type { Clock } from '../../shared/clock.ts';
import { ERRORS, errorText, HiloError, toHiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { BatchFault, BatchLine } from '../../shared/operations/batch-shapes.ts';
import type { Payer } from '../credits/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs, NewLine, Submitter } from '../jobs/jobs.ts';
import type { RouteUser } from '../models/route.ts';
import type { Log } from '../observability/log.ts';
import { StoreError } from '../store/store-error.ts';
import { checkFile, fault, type Checked } from './batch-check.ts';
import { isMissing, linesFrom, readLine } from './batch-lines.ts';
import type { Batch, BatchRows } from './batch-rows.ts';
import type { KeptFiles } from './kept-files.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface BatchFeederOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly rows: BatchRows;
  readonly files: Pick<KeptFiles, 'path'>;
  readonly jobs: Pick<Jobs, 'failLine' | 'plan' | 'stop' | 'submitLine'>;
  readonly ledger: Pick<Ledger, 'accounts'>;
  /** Whose money it uses, and which routes, as things are now. Rejects with the reason why it may not. */
  readonly payingOf: (batch: Batch) => Promise<Paying>;
}

interface Paying {
  readonly payer: Payer;
  readonly access: RouteUser;
}

interface Active {
  batch: Batch;
  /** Aborted: nothing more of it is put into the queue. */
  readonly abort: AbortController;
  /** Its jobs that wait or run. */
  unfinished: number;
  /** Called when one of them is over. */
  wake: () => void;
  cancelExpiry: () => void;
  done: Promise<void>;
}

/** Why an active batch is left: it goes on in the next process, or is being erased. */
const LEFT = Symbol('left');
const STOPPED = Symbol('stopped');

export class BatchFeeder {
  readonly #options: BatchFeederOptions;
  readonly #active = new Map<number, Active>();
  /** Files are looked through one after the other. */
  #checking: Promise<unknown> = Promise.resolve();

  constructor(options: BatchFeederOptions) {
    this.#options = options;
  }

  /** Takes up what is not over. Call it before the queue starts. */
  async start(): Promise<void> {
    const { rows } = this.#options;
    for (const batch of await rows.unfinished()) this.take(batch, await rows.unfinishedJobs(batch.number));
  }

  /** Its row is durable. */
  take(batch: Batch, unfinished = 0): void {
    const abort = new AbortController();
    const none = () => {};
    const done = Promise.resolve();
    const active: Active = { batch, abort, unfinished, wake: none, cancelExpiry: none, done };
    this.#active.set(batch.number, active);
    active.done = this.#work(active).finally(() => this.#active.delete(batch.number));
  }

  ended({ batch: place }: Pick<Job, 'batch'>): void {
    const active = place && this.#active.get(place.number);
    if (!active) return;
    active.unfinished -= 1;
    active.wake();
  }

  /** Its row says so. Resolves at once; the batch is over when its jobs are. */
  stopped(number: number): void {
    this.#active.get(number)?.abort.abort(STOPPED);
  }

  /** Everything of the account is about to be erased. */
  async leave(account: string): Promise<void> {
    await this.#leave([...this.#active.values()].filter(({ batch }) => batch.account === account));
  }

  async close(): Promise<void> {
    await this.#leave([...this.#active.values()]);
  }

  async #leave(batches: readonly Active[]): Promise<void> {
    for (const { abort } of batches) abort.abort(LEFT);
    await Promise.all(batches.map(({ done }) => done));
  }

  /** Until it is over or left; what the store or the disk prevents is tried again. */
  async #work(active: Active): Promise<void> {
    const { clock, log } = this.#options;
    this.#expireAfter(active, Math.max(0, active.batch.expiresAt - clock.now()));
    try {
      for (;;) {
        if (active.abort.signal.reason === LEFT) return;
        try {
          if (await this.#advance(active)) return;
        } catch (err) {
          if (active.abort.signal.reason === LEFT) return;
          if (active.abort.signal.aborted) continue;
          log.error({ err, batch: active.batch.id }, 'A batch could not go on yet');
          await this.#pause(active);
        }
      }
    } finally {
      active.cancelExpiry();
    }
  }

  #expireAfter(active: Active, ms: number): void {
    const { rows, clock, log } = this.#options;
    const { batch, abort } = active;
    active.cancelExpiry = clock.after(ms, () => {
      rows.stop(batch.number, 'expired', clock.now()).then(
        () => abort.abort(STOPPED),
        (err: unknown) => {
          log.error({ err, batch: batch.id }, 'A batch could not be ended in time');
          this.#expireAfter(active, BATCH_LIMITS.againMs);
        },
      );
    });
  }

  /** True when it is over. */
  async #advance(active: Active): Promise<boolean> {
    const { rows } = this.#options;
    const { batch, abort } = active;
    // As it stands in the store: it may have been stopped, or erased.
    const now = await rows.find(batch.owner, batch.id);
    if (!now || now.endedAt !== undefined) return true;
    active.batch = now;
    if (now.stop) return this.#end(active, now.stop);
    if (now.status === 'checking') return this.#check(active);
    await this.#feed(active);
    while (active.unfinished > 0) await this.#woken(active);
    abort.signal.throwIfAborted();
    return this.#end(active, 'completed');
  }

  /** True when it has failed. */
  async #check({ batch, abort: { signal } }: Active): Promise<boolean> {
    const { rows, files, jobs, clock } = this.#options;
    const { endpoint, locale } = batch;
    const checking = this.#checking.then(async () => {
      const { payer, access } = await this.#options.payingOf(batch);
      const plan = (line: BatchLine) => jobs.plan(line, { ...batch, access, signal });
      const checked = await checkFile(files.path(batch.file), { endpoint, locale, signal, plan });
      return this.#withMeans(payer.account, locale, checked);
    });
    this.#checking = checking.catch(() => undefined);
    const { total, faults } = await checking.catch((thrown: unknown): Checked => {
      return { total: 0, most: 0, faults: [faultOfAll(thrown, locale)] };
    });
    const at = clock.now();
    if (faults.length === 0) {
      await rows.change(batch.number, { status: 'running', total, started_at: at });
      return false;
    }
    const failed = { status: 'failed', faults: JSON.stringify(faults), ended_at: at } as const;
    await rows.change(batch.number, failed);
    return true;
  }

  /** What the account cannot pay in full is refused as a whole. */
  async #withMeans(account: string, locale: Locale, checked: Checked): Promise<Checked> {
    if (checked.faults.length > 0) return checked;
    const { accounts } = this.#options.ledger;
    using _loaded = await accounts.prepare([{ account }]);
    const { available: balance } = accounts.account(account);
    if (balance >= checked.most) return checked;
    const message = errorText('insufficient_credits', locale, { balance, need: checked.most });
    return { ...checked, faults: [{ code: 'insufficient_credits', message }] };
  }

  async #feed(active: Active): Promise<void> {
    const { files } = this.#options;
    const { file, position, submitted, total } = active.batch;
    let line = submitted;
    if (line >= total) return;
    for await (const raw of linesFrom(files.path(file), position)) {
      line += 1;
      const read = readLine(raw);
      // It was looked through before, and files do not change.
      if (!('line' in read)) throw new Error(`Line ${line} cannot be read any more`);
      const { customId, endpoint: _, source: __, needsSource: ___, refused: ____, ...input } = read.line;
      const place = { number: active.batch.number, line, customId };
      const more = [this.#options.rows.submittedStep(place.number, { line, position: raw.end })];
      await this.#submit(active, { input, place, more });
    }
  }

  async #submit(active: Active, line: NewLine): Promise<void> {
    const { jobs } = this.#options;
    const { signal } = active.abort;
    const { account, actor, access: rights } = active.batch;
    const who: Submitter = { ...active.batch, payer: { account, actor, address: '' }, rights, signal };
    for (;;) {
      while (active.unfinished >= BATCH_LIMITS.jobsAtOnce) await this.#woken(active);
      signal.throwIfAborted();
      active.unfinished += 1;
      try {
        return await jobs.submitLine(line, { ...who, ...(await this.#means(active.batch)) });
      } catch (thrown) {
        active.unfinished -= 1;
        if (thrown instanceof StoreError) throw thrown;
        const error = toHiloError(thrown);
        if (!isWorthWaiting(error)) return await jobs.failLine(line, who, error);
      }
      await this.#pause(active);
    }
  }

  /** What bounds its spending is looked up when each job runs. */
  async #means(batch: Batch): Promise<Pick<Submitter, 'payer' | 'rights'>> {
    const { payer, access } = await this.#options.payingOf(batch);
    return { payer: { ...payer, budgets: undefined }, rights: access };
  }

  /** When its jobs are over too; those of one that was stopped are cancelled. */
  async #end(active: Active, status: 'cancelled' | 'completed' | 'expired'): Promise<boolean> {
    const { rows, jobs, clock } = this.#options;
    const { number } = active.batch;
    for (;;) {
      const left = await rows.someUnfinishedJobs(number, BATCH_LIMITS.jobsAtOnce);
      if (left.length === 0) break;
      if (active.abort.signal.reason === LEFT) return true;
      if (status === 'completed') await this.#pause(active);
      else await Promise.all(left.map((job) => jobs.stop(job)));
    }
    await rows.change(number, { status, ended_at: clock.now() });
    return true;
  }

  /** Resolves when a job of it is over. Rejects when it is aborted. */
  #woken(active: Active): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = active.abort;
      const onAbort = () => reject(signal.reason as Error);
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      active.wake = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
    });
  }

  /** Ends early when it is aborted. */
  #pause({ abort: { signal } }: Active): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const onAbort = () => {
        cancel();
        resolve();
      };
      const cancel = this.#options.clock.after(BATCH_LIMITS.againMs, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/** Why nothing of it is run. Throws what is worth another attempt. */
function faultOfAll(thrown: unknown, locale: Locale): BatchFault {
  if (isMissing(thrown)) return fault('file_missing', locale);
  if (!(thrown instanceof HiloError) || isWorthWaiting(thrown)) throw thrown;
  return { code: thrown.key, message: errorText(thrown.key, locale, thrown.values) };
}

/** A wait helps: the queue is full, credits are held, the server is not well. */
function isWorthWaiting({ key }: HiloError): boolean {
  return key !== 'internal' && ERRORS[key].retryable;
}
