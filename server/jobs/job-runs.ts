/** One run of a job: its runner, with all that an exchange needs to know of a job. */
import type { ExchangePipeline } from '../chat/pipeline.ts';
import type { Budgets } from '../credits/budgets.ts';
import type { Payer } from '../credits/meter.ts';
import { keptNowhere } from '../chat/kept-nowhere.ts';
import type { RouteUser } from '../models/route.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Job, JobExchange, JobRun, JobRunners, Pending, SavedPart, WholeJob } from './job.ts';
import { JobMeter, settlePending, type EndedPart } from './job-credits.ts';
import type { JobRepository, Settled } from './job-repository.ts';
import { HiloError } from '../../shared/errors.ts';

/** Why a run was aborted. */
export const CANCELLED = Symbol('cancelled');
export const CLOSING = Symbol('closing');
export const GAVE_WAY = Symbol('gave way');

export interface JobProgress {
  readonly done: number;
  readonly of: number | undefined;
}

export interface RunningJob {
  readonly job: WholeJob;
  readonly meter: JobMeter;
  readonly abort: AbortController;
  progress: JobProgress | undefined;
  /** Of its parts so far. */
  charged: number;
  /** Resolves when the job is over, or put back. */
  readonly done: Promise<void>;
  readonly resolve: () => void;
}

export interface JobPaying {
  readonly payer: Payer;
  readonly access: RouteUser;
}

export interface JobRunsOptions {
  readonly runners: JobRunners;
  readonly exchange: ExchangePipeline;
  readonly repository: JobRepository;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly budgets: Pick<Budgets, 'room'>;
  /** Whose money it uses, and what it may use, as things are now. Rejects with the reason why it may not. */
  readonly payingOf: (job: Job) => Promise<JobPaying>;
  readonly randomBytes: (size: number) => Buffer;
  /** The number of an exchange. */
  readonly nextNumber: () => number;
  readonly onProgress: (job: Job, progress: JobProgress) => void;
}

export class JobRuns {
  readonly #options: JobRunsOptions;

  constructor(options: JobRunsOptions) {
    this.#options = options;
  }

  create(job: WholeJob): RunningJob {
    const { runners, ledger, budgets, randomBytes, nextNumber } = this.#options;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const abort = new AbortController();
    const saved = [...job.saved];
    const part: Run['part'] = { name: undefined };
    const meter = new JobMeter(job, {
      ledger,
      budgets,
      randomBytes,
      nextNumber,
      isWasted: () => abort.signal.reason === GAVE_WAY || abort.signal.reason === CLOSING,
      chargePart: runners[job.kind].hasParts
        ? (pending, ended) => this.#chargePart(running, pending, ended)
        : undefined,
    });
    const running: Run = { job, meter, abort, part, saved, progress: undefined, charged: 0, done, resolve };
    return running;
  }

  /** Resolves with what came of it. */
  run(running: RunningJob): Promise<object> {
    const { runners, onProgress } = this.#options;
    const { job, abort } = running;
    const run: JobRun = {
      job,
      signal: abort.signal,
      exchange: (request, sink) => this.#exchange(running as Run, request, sink),
      progress: (done, of) => {
        running.progress = { done, of };
        onProgress(job, running.progress);
      },
    };
    return runners[job.kind].run(job.request, run);
  }

  async #exchange(
    { job, meter, abort, part }: Run,
    request: JobExchange,
    sink: Parameters<JobRun['exchange']>[1],
  ) {
    const { owner, trace, locale } = job;
    const { payer, access } = await this.#options.payingOf(job);
    const { part: name, ...asked } = request;
    part.name = name;
    const who = { owner, payer, access, trace, locale };
    const stop = (reason: HiloError) => abort.abort(reason);
    const giveWay = () => abort.abort(GAVE_WAY);
    const how = { meter, giveWay, stop, placement: keptNowhere(owner), signal: abort.signal };
    return this.#options.exchange({ ...who, ...how, ...asked }, sink);
  }

  /** First the row says what is to be charged, then the ledger has it, then the row knows that. */
  async #chargePart(running: Run, pending: Pending, { finish, ...ended }: EndedPart): Promise<Settled> {
    const { repository, ledger } = this.#options;
    const { saved, part } = running;
    const { number } = running.job;
    const { name } = part;
    // Half an answer is paid for, and is not what the part should come to.
    const kept = name === undefined || finish === 'cancelled' ? undefined : { name, ...ended };
    if (kept) saved.push(kept);
    if (!(await repository.endPart(number, { pending, saved }))) throw new HiloError('cancelled');
    const settled = await settlePending(ledger, pending);
    await repository.settled(number, settled);
    if (kept && settled.entry !== undefined) kept.receipt.index = settled.entry;
    running.charged += settled.charged;
    return settled;
  }
}

interface Run extends RunningJob {
  /** The one that runs. */
  readonly part: { name: string | undefined };
  readonly saved: SavedPart[];
}
