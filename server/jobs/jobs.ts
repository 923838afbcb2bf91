/** The prompt queue, as handlers use it: everything here is about the jobs of one owner. */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { JobInput, JobKind, JobWork } from '../../shared/operations/job-shapes.ts';
import { AccountGate } from '../credits/account-gate.ts';
import { exchangeId } from '../credits/exchange-texts.ts';
import type { Held, LedgerMeter } from '../credits/ledger-meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { RateWindow } from '../rationing/rate-window.ts';
import type { Step } from '../store/batch.ts';
import { StoreError } from '../store/store-error.ts';
import { titleOf } from '../support/title.ts';
import type { Payer } from '../credits/meter.ts';
import type { RouteUser } from '../models/route.ts';
import { takePlaces } from '../rationing/take-places.ts';
import type { BatchPlace, Job, JobAsker, JobOwner, JobPlan, JobRunner, JobRunners, WholeJob } from './job.ts';
import { settlePending } from './job-credits.ts';
import type { JobCounts } from './job-counts.ts';
import type { JobEnds } from './job-ends.ts';
import type { JobQueue } from './job-queue.ts';
import type { JobPage, JobRepository, NewJob } from './job-repository.ts';
import type { JobProgress } from './job-runs.ts';

export interface JobsOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly repository: JobRepository;
  readonly runners: JobRunners;
  readonly queue: JobQueue;
  readonly ends: JobEnds;
  readonly counts: JobCounts;
  readonly meter: Pick<LedgerMeter, 'hold'>;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly gate: AccountGate;
  /** Of submissions: it is none of the window of messages. */
  readonly rateWindow: RateWindow;
  readonly nextNumber: () => number;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly isDraining: () => boolean;
  /** Whether an owner may still ask for anything. */
  readonly mayRun: (owner: string) => Promise<boolean>;
}

export interface Submitter extends Omit<JobOwner, 'payer'> {
  readonly payer: Payer;
  readonly rights: RouteUser;
  readonly locale: Locale;
  readonly trace: string;
  readonly signal: AbortSignal;
}

export interface SubmittedJob {
  readonly job: Job;
  readonly position: number;
  readonly startsInMs: number;
}

interface Asked {
  readonly kind: JobKind;
  readonly runner: JobRunner;
  readonly request: unknown;
}

interface Planned extends Asked {
  readonly plan: JobPlan;
}

/** What its client has said of the job. */
type Given = Pick<NewJob, 'batch' | 'clientId' | 'webhook'>;

/** A line of a batch. */
export interface NewLine {
  readonly input: JobWork;
  readonly place: BatchPlace;
  /** Is written with the job, so that no line becomes two. */
  readonly more: readonly Step[];
}

export class Jobs {
  readonly #options: JobsOptions;
  /** Nothing is submitted while everything of an account is erased. */
  readonly #submissions = new AccountGate();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** Jobs of an owner that wait or run. */
  unfinished(owner: string): number {
    return this.#options.counts.of(owner);
  }

  /**
   * When this resolves, the job and its credits are durable. First the credits are held, then the row is
   * written: a hold without a row is released by the next start, since nobody was told of the job.
   */
  async submit(input: JobInput, who: Submitter): Promise<SubmittedJob> {
    const { repository } = this.#options;
    const { clientJobId } = input;
    const earlier =
      clientJobId === undefined ? undefined : await repository.byClientId(who.owner, clientJobId);
    const asked = this.#asked(input, who.locale);
    if (earlier) return this.#again(earlier, asked);
    const places = [who.owner, who.payer.ratedAs ?? []].flat();
    const giveBack = await takePlaces(this.#options.rateWindow, places);
    let isPlanned = asked.runner.isCostlyToPlan !== true;
    try {
      const plan = await asked.runner.plan(asked.request, { ...who, access: who.rights });
      isPlanned = true;
      const given = { clientId: clientJobId, webhook: input.webhook, batch: undefined };
      return await this.#whenOpen(who, () => this.#add({ ...asked, plan }, who, given));
    } catch (thrown) {
      if (isPlanned) giveBack();
      const error = thrown instanceof StoreError && thrown.kind === 'constraint';
      const other =
        error && clientJobId !== undefined && (await repository.byClientId(who.owner, clientJobId));
      if (other) return this.#again(other, asked);
      throw thrown;
    }
  }

  /** Throws or rejects with what would refuse a line, before anything is held for it. */
  async plan(input: JobWork, who: JobAsker): Promise<JobPlan> {
    const { runner, request } = this.#asked(input, who.locale);
    return await runner.plan(request, who);
  }

  /** As `submit`; the batch has its own limits in place of the window of submissions. */
  async submitLine({ input, place, more }: NewLine, who: Submitter): Promise<void> {
    const asked = this.#asked(input, who.locale);
    const plan = await asked.runner.plan(asked.request, { ...who, access: who.rights });
    const given = { clientId: undefined, webhook: undefined, batch: place };
    await this.#whenOpen(who, () => this.#add({ ...asked, plan }, who, given, more));
  }

  /** A line that can never be a job: it is over, and has cost nothing. */
  async failLine({ input, place, more }: NewLine, who: Submitter, error: HiloError): Promise<void> {
    const { repository, nextNumber, gate } = this.#options;
    const asked = this.#asked(input, who.locale);
    const route = input.route ?? input.completion?.route ?? input.embed?.route ?? '';
    const plan = { route, candidates: [], inputTokens: 0, maxOutputTokens: 0, words: input.prompt ?? '' };
    const held = { amount: 0, maxOutputTokens: 0, balance: 0 };
    const given = { clientId: undefined, webhook: undefined, batch: place };
    const job = this.#newJob(nextNumber(), { asked: { ...asked, plan }, who, held }, given);
    await gate.write(who.account, () => repository.addFailed(job, error, more));
  }

  /** Throws `invalid_params`. */
  #asked(input: JobWork, locale: Locale): Asked {
    const { runners } = this.#options;
    const found: Asked[] = [];
    for (const [kind, runner] of Object.entries(runners)) {
      const request = runner.requestOf(input);
      if (request !== undefined) found.push({ kind: kind as JobKind, runner, request });
    }
    const [asked] = found;
    if (asked && found.length === 1) return asked;
    throw new HiloError('invalid_params', { values: { detail: ONE_OF[locale] } });
  }

  /** One that waited for an erasure may have lost its owner by it. */
  async #whenOpen<Result>({ account, owner }: Submitter, add: () => Promise<Result>): Promise<Result> {
    const mayBeGone = this.#submissions.isErasing(account);
    return this.#submissions.write(account, async () => {
      if (mayBeGone && !(await this.#options.mayRun(owner))) throw new HiloError('auth_ended');
      return add();
    });
  }

  async #add(
    asked: Planned,
    who: Submitter,
    given: Given,
    more: readonly Step[] = [],
  ): Promise<SubmittedJob> {
    const { counts, meter, queue, nextNumber, isDraining } = this.#options;
    if (isDraining()) throw new HiloError('draining', { values: { seconds: 5 }, retryAfterMs: 5_000 });
    counts.take(who.owner);
    let job: NewJob | undefined;
    try {
      const number = nextNumber();
      const { payer, trace } = who;
      const held = await meter.hold({ payer, trace, ...asked.plan }, exchangeId(number));
      job = this.#newJob(number, { asked, who, held }, given);
      await this.#write(job, more);
    } catch (thrown) {
      counts.giveBack(who.owner);
      throw thrown;
    }
    const ahead = await this.#options.repository.countBefore(job);
    const position = queue.lanes.position(job.route, job.owner, ahead);
    const submitted = submittedJob(job);
    queue.added(job);
    return { job: submitted, position, startsInMs: queue.startsInMs(position, job.route) };
  }

  #newJob(
    number: number,
    { asked, who, held }: { readonly asked: Planned; readonly who: Submitter; readonly held: Held },
    given: Given,
  ): NewJob {
    const { clock, newId } = this.#options;
    const { owner, account, actor, access, locale, trace, payer } = who;
    const { kind, request, plan } = asked;
    return {
      number,
      id: newId(),
      owner,
      account,
      actor,
      access,
      ...(payer.account !== account && { payer: payer.account }),
      locale,
      trace,
      kind,
      route: plan.route,
      status: 'queued',
      title: titleOf(plan.words),
      request: JSON.stringify(plan.kept?.request ?? request),
      material: plan.kept && JSON.stringify(plan.kept.material),
      hold: exchangeId(number),
      held: held.amount,
      inputTokens: plan.inputTokens,
      outputTokens: held.maxOutputTokens,
      createdAt: clock.now(),
      ...given,
    };
  }

  /** Without a row the credits are given back. */
  async #write(job: NewJob, more: readonly Step[]): Promise<void> {
    const { repository, ledger, gate, log } = this.#options;
    try {
      await gate.write(job.account, () => repository.add(job, more));
    } catch (thrown) {
      const pending = { type: 'release', id: job.hold, reason: 'not submitted' } as const;
      await settlePending(ledger, pending).catch((err: unknown) => {
        log.error(
          { err, hold: job.hold },
          'The credits of a job could not be given back before the next start',
        );
      });
      throw thrown;
    }
  }

  /** The same request as before; or another one under its id. */
  async #again(earlier: WholeJob, { kind, runner, request }: Asked): Promise<SubmittedJob> {
    const isSame = earlier.kind === kind && identity(runner, earlier.request) === identity(runner, request);
    if (!isSame) throw new HiloError('conflict');
    const position = (await this.position(earlier)) ?? 0;
    return { job: earlier, position, startsInMs: this.#options.queue.startsInMs(position, earlier.route) };
  }

  /** Undefined when it does not wait. */
  async position(job: Job): Promise<number | undefined> {
    if (job.status !== 'queued') return undefined;
    const { queue, repository } = this.#options;
    return queue.lanes.position(job.route, job.owner, await repository.countBefore(job));
  }

  /** Of a job that runs and has parts. */
  progress({ number }: Job): JobProgress | undefined {
    return this.#options.queue.running(number)?.progress;
  }

  /** Rejects with `not_found`. */
  async find(owner: string, reference: string): Promise<WholeJob> {
    const job = await this.#options.repository.find(owner, reference);
    if (!job) throw new HiloError('not_found', { values: { what: reference } });
    return job;
  }

  page(owner: string, page: JobPage): Promise<Job[]> {
    return this.#options.repository.page(owner, page);
  }

  wholePage(owner: string, page: JobPage): Promise<WholeJob[]> {
    return this.#options.repository.wholePage(owner, page);
  }

  /** Rejects with `not_found` or `job_over`. */
  async cancel(owner: string, reference: string): Promise<Job> {
    const job = await this.find(owner, reference);
    if (job.endedAt !== undefined) throw new HiloError('job_over', { values: { status: job.status } });
    await this.stop(job);
    return this.find(owner, job.id);
  }

  /** It is over when this resolves. */
  async stop(job: Job): Promise<void> {
    const { queue, ends } = this.#options;
    // It may be begun, or put back, between two looks.
    for (let look = 0; look < 3; look += 1) {
      if (await ends.cancelQueued(job)) return queue.removed(job);
      if (await queue.cancel(job.number)) return;
    }
  }

  /** Rejects with `not_found` or `job_unfinished`. */
  async erase(owner: string, reference: string): Promise<number> {
    const job = await this.find(owner, reference);
    if (job.endedAt === undefined || job.pending) throw new HiloError('job_unfinished');
    return (await this.#options.repository.erase(job.number)) ? 1 : 0;
  }

  /** While everything of an account is erased, nothing of it waits or runs, and nothing is added. */
  whileStopped<Result>(account: string, erase: () => Promise<Result>): Promise<Result> {
    return this.#submissions.erase(account, async () => {
      await this.#stopAll(account);
      return erase();
    });
  }

  async #stopAll(account: string): Promise<void> {
    const { repository } = this.#options;
    for (;;) {
      const jobs = await repository.unfinishedOfAccount(account, STOPPED_AT_ONCE);
      await Promise.all(jobs.map((job) => this.stop(job)));
      if (jobs.length < STOPPED_AT_ONCE) return;
    }
  }

  handOver(from: string, to: string): void {
    this.#options.queue.lanes.handOver(from, to);
    this.#options.counts.handOver(from, to);
  }
}

const STOPPED_AT_ONCE = 200;

const ONE_OF = {
  en: 'exactly one of prompt, completion, summarize and image is expected',
  es: 'se espera exactamente uno de prompt, completion, summarize e image',
} as const;

function identity(runner: JobRunner, request: unknown): string {
  return runner.identityOf?.(request) ?? JSON.stringify(request);
}

function submittedJob(job: NewJob): Job {
  return {
    ...job,
    pending: undefined,
    entry: undefined,
    error: undefined,
    errorValues: {},
    attempts: 0,
    notBefore: 0,
    charged: 0,
    startedAt: undefined,
    endedAt: undefined,
  };
}
