/** The end of a job: its row, then the ledger, then its owner. */
import type { Clock } from '../../shared/clock.ts';
import type { HiloError } from '../../shared/errors.ts';
import type { AccountGate } from '../credits/account-gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { StoreError } from '../store/store-error.ts';
import { settlePending } from './job-credits.ts';
import type { Job, Pending } from './job.ts';
import type { JobEnding, JobRepository } from './job-repository.ts';
import type { RunningJob } from './job-runs.ts';
import { JOB_LIMITS } from './limits.ts';

export type JobOutcome =
  | { readonly status: 'done'; readonly result: object }
  | { readonly status: 'cancelled'; readonly error: undefined }
  | { readonly status: 'failed'; readonly error: HiloError };

export interface JobEndsOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error' | 'warn'>;
  readonly repository: JobRepository;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly gate: AccountGate;
  /** The job is over, and so is its place among those of its owner. */
  readonly onEnded: (job: Job) => void;
}

export class JobEnds {
  readonly #options: JobEndsOptions;
  #isClosing = false;

  constructor(options: JobEndsOptions) {
    this.#options = options;
  }

  /** What cannot be written is left to the next start. */
  close(): void {
    this.#isClosing = true;
  }

  /** Of a job that ran. */
  async end({ job, meter, charged }: RunningJob, outcome: JobOutcome): Promise<void> {
    const { clock } = this.#options;
    const { status } = outcome;
    const reason = status === 'failed' ? outcome.error.key : status;
    const pending = meter.ending(reason, status !== 'failed');
    const error =
      outcome.status === 'failed' ? { key: outcome.error.key, values: outcome.error.values } : undefined;
    const result = outcome.status === 'done' ? outcome.result : undefined;
    const ending: JobEnding = { status, pending, error, result, at: clock.now() };
    const isEnded = await this.insist(() => this.#write(job, 'running', ending), false);
    if (isEnded === undefined) return;
    if (isEnded) await this.settle({ ...job, charged: job.charged + charged }, ending);
    else await this.forget({ ...job, hold: pending.id });
  }

  /** Of a job that waits; false when it does not wait any more. */
  async cancelQueued(job: Job): Promise<boolean> {
    const pending: Pending = { type: 'release', id: job.hold, reason: 'cancelled' };
    const ending: JobEnding = { status: 'cancelled', pending, at: this.#options.clock.now() };
    if (!(await this.#write(job, 'queued', ending))) return false;
    await this.settle(job, ending);
    return true;
  }

  /** Of a job that waits and cannot run. */
  async failQueued(job: Job, { key, values }: HiloError): Promise<void> {
    const pending: Pending = { type: 'release', id: job.hold, reason: key };
    const ending: JobEnding = {
      status: 'failed',
      error: { key, values },
      pending,
      at: this.#options.clock.now(),
    };
    if (await this.#write(job, 'queued', ending)) await this.settle(job, ending);
  }

  /** Its row says how it has ended: now the ledger does too. */
  async settle(job: Job, { status, pending, error, at }: Omit<JobEnding, 'result'>): Promise<void> {
    const { repository, ledger, log, onEnded } = this.#options;
    try {
      const settled = await settlePending(ledger, pending);
      const { charged, entry } = settled;
      const ended: Job = {
        ...job,
        status,
        endedAt: at,
        pending: undefined,
        charged: job.charged + charged,
        entry: entry ?? job.entry,
        error: error?.key,
        errorValues: (error?.values ?? {}) as Job['errorValues'],
      };
      await this.insist(() => repository.settled(job.number, settled), false);
      onEnded(ended);
    } catch (err) {
      log.error({ err, trace: job.trace }, 'The end of a job could not be written into the ledger yet');
    }
  }

  /** Its row is gone, with everything that was said: only the credits are left. */
  async forget(job: Job): Promise<void> {
    const { ledger, log, onEnded } = this.#options;
    try {
      await settlePending(ledger, { type: 'release', id: job.hold, reason: 'erased' });
    } catch (err) {
      log.error({ err, trace: job.trace }, 'The credits of an erased job could not be released yet');
    }
    onEnded({ ...job, status: 'cancelled', endedAt: this.#options.clock.now() });
  }

  /** Not while everything of the account is erased. */
  #write(job: Job, from: 'queued' | 'running', ending: JobEnding): Promise<boolean> {
    const { repository, gate } = this.#options;
    return gate.write(job.account, () => repository.end(job.number, from, ending));
  }

  /**
   * Tries until the store can be written; undefined when the server ends before. `isLast`: tries once.
   */
  async insist<Value>(write: () => Promise<Value>, isLast: boolean): Promise<Value | undefined> {
    for (;;) {
      try {
        return await write();
      } catch (err) {
        this.#options.log.error({ err }, 'A job could not be written down yet');
        if (isLast || this.#isClosing || !(err instanceof StoreError)) return undefined;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(JOB_LIMITS.writeRetryMs, resolve));
  }
}
