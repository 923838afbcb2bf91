/**
 * Runs jobs when nobody in person wants their model. Each is begun, run, and ended in its row; then the
 * ledger is told, and then its owner.
 *
 *   queued ──begin──► running ──► done | failed | cancelled ──settled──► told
 *     ▲                  │
 *     └──── put back ◄───┘  made way for a person, is worth another try, or the server ends
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import type { Upstream } from '../models/route.ts';
import type { Log } from '../observability/log.ts';
import type { UpstreamSlots } from '../rationing/model-slots.ts';
import type { Job, WholeJob } from './job.ts';
import type { JobEnds, JobOutcome } from './job-ends.ts';
import { JobLanes } from './job-lanes.ts';
import type { JobRepository } from './job-repository.ts';
import { againIn, isWorthAnotherTry } from './job-retries.ts';
import { CANCELLED, CLOSING, GAVE_WAY, type JobRuns, type RunningJob } from './job-runs.ts';
import { JOB_LIMITS } from './limits.ts';

export interface JobQueueOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error' | 'warn'>;
  readonly repository: JobRepository;
  readonly routes: Pick<RouteDirectory, 'named'>;
  readonly slots: Pick<UpstreamSlots, 'of'>;
  readonly runs: JobRuns;
  readonly ends: JobEnds;
  /** Whether its owner may still ask for anything. */
  readonly mayRun: (owner: string) => Promise<boolean>;
  readonly onChanged: (job: Job) => void;
}

export class JobQueue {
  readonly lanes = new JobLanes();
  readonly #options: JobQueueOptions;
  readonly #running = new Map<number, RunningJob>();
  /** By the id of the upstream. */
  readonly #runningAt = new Map<string, number>();
  /** Routes that are left alone for a while. */
  readonly #pauses = new Map<string, { untilMs: number; lastMs: number }>();
  #claiming: Promise<unknown> = Promise.resolve();
  readonly #busy = new Set<Promise<void>>();
  #meanMs: number = JOB_LIMITS.durationGuessMs;
  #isClosing = false;
  #isPlanned = false;
  #cancelLook = () => {};

  constructor(options: JobQueueOptions) {
    this.#options = options;
  }

  /** Takes up what waits. Call it once, after what a crash has left is repaired. */
  async start(): Promise<void> {
    for (const { route, owner, count } of await this.#options.repository.queuedCounts()) {
      this.lanes.add(route, owner, count);
    }
    this.look();
  }

  /** A job waits; its row is durable. */
  added(job: Pick<Job, 'owner' | 'route'>, count = 1): void {
    this.lanes.add(job.route, job.owner, count);
    this.look();
  }

  /** A job that waited was cancelled. */
  removed(job: Pick<Job, 'owner' | 'route'>): void {
    this.lanes.remove(job.route, job.owner);
  }

  running(number: number): RunningJob | undefined {
    return this.#running.get(number);
  }

  /** Resolves when the job is over. False when it does not run. */
  async cancel(number: number): Promise<boolean> {
    const running = this.#running.get(number);
    if (!running) return false;
    running.abort.abort(CANCELLED);
    await running.done;
    return true;
  }

  /** About how long until this position starts. */
  startsInMs(position: number, route: string): number {
    const upstream = this.#upstreamOf(route);
    return Math.round((Math.max(0, position - 1) * this.#meanMs) / this.#most(upstream));
  }

  /** Jobs that run are put back, without counting their try. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelLook();
    for (const { abort } of this.#running.values()) abort.abort(CLOSING);
    await Promise.all(this.#busy);
  }

  /** Starts what may start now. */
  look(): void {
    if (this.#isClosing) return;
    const nowMs = this.#options.clock.now();
    for (const route of this.lanes.routes()) {
      while (this.#isFree(route)) {
        const owner = this.lanes.next(route, nowMs);
        if (owner === undefined) break;
        this.#start(route, owner);
      }
    }
    if (this.lanes.routes().length > 0) this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#cancelLook = this.#options.clock.after(JOB_LIMITS.lookMs, () => {
      this.#isPlanned = false;
      this.look();
    });
  }

  #upstreamOf(route: string): Upstream | undefined {
    return this.#options.routes.named(route, 'admin')?.upstream;
  }

  /** One slot stays free for people where there are several. */
  #most(upstream: Upstream | undefined): number {
    if (upstream?.slots === undefined) return JOB_LIMITS.runningOfFreeUpstream;
    return Math.max(1, upstream.slots - 1);
  }

  #isFree(route: string): boolean {
    const { clock, slots } = this.#options;
    const pause = this.#pauses.get(route);
    if (pause && pause.untilMs > clock.monotonic()) return false;
    const upstream = this.#upstreamOf(route);
    if ((this.#runningAt.get(upstream?.id ?? '') ?? 0) >= this.#most(upstream)) return false;
    if (upstream?.slots === undefined) return true;
    const { wanted, inFlight } = slots.of(upstream);
    return wanted === 0 && inFlight < upstream.slots;
  }

  #start(route: string, owner: string): void {
    const at = this.#upstreamOf(route)?.id ?? '';
    this.#runningAt.set(at, (this.#runningAt.get(at) ?? 0) + 1);
    const run = this.#claimAndRun(route, owner)
      .catch((err: unknown) => {
        this.#pause(route, JOB_LIMITS.writeRetryMs, JOB_LIMITS.writeRetryMs);
        this.#options.log.error({ err }, 'A job could not be taken up');
      })
      .finally(() => {
        this.#runningAt.set(at, (this.#runningAt.get(at) ?? 1) - 1);
        this.lanes.turnEnded(route, owner);
        this.#busy.delete(run);
        this.look();
      });
    this.#busy.add(run);
  }

  async #claimAndRun(route: string, owner: string): Promise<void> {
    // One after the other, so that no two take the same.
    const claimed = this.#claiming.then(() => this.#claim(route, owner));
    this.#claiming = claimed.catch(() => undefined);
    const running = await claimed;
    if (!running) return;
    const startedMs = this.#options.clock.monotonic();
    const { resolve } = running;
    try {
      await this.#run(running);
      const tookMs = this.#options.clock.monotonic() - startedMs;
      this.#meanMs += (tookMs - this.#meanMs) * JOB_LIMITS.durationWeight;
    } finally {
      running.meter.close();
      this.#running.delete(running.job.number);
      resolve();
    }
  }

  async #claim(route: string, owner: string): Promise<RunningJob | undefined> {
    const { repository, clock, runs } = this.#options;
    if (this.#isClosing) return undefined;
    const job = await repository.nextOf(route, owner, clock.now());
    if (!job) {
      const time = await repository.nextTime(route, owner);
      if (time === undefined) this.lanes.remove(route, owner, Number.POSITIVE_INFINITY);
      else this.lanes.sleep(route, owner, time);
      return undefined;
    }
    if (!(await repository.begin(job, clock.now()))) return undefined;
    this.lanes.remove(route, owner);
    const begun: WholeJob = { ...job, status: 'running', attempts: job.attempts + 1 };
    const running = runs.create({ ...begun, startedAt: job.startedAt ?? clock.now() });
    this.#running.set(job.number, running);
    if (this.#isClosing) running.abort.abort(CLOSING);
    return running;
  }

  async #run(running: RunningJob): Promise<void> {
    const { runs, mayRun, onChanged } = this.#options;
    onChanged(running.job);
    let outcome: JobOutcome;
    try {
      if (!(await mayRun(running.job.owner))) throw new HiloError('auth_ended');
      const result = await runs.run(running);
      this.#pauses.delete(running.job.route);
      outcome = { status: 'done', result };
    } catch (thrown) {
      const failed = this.#afterFailure(running, toHiloError(thrown));
      if ('attempts' in failed) return await this.#putBack(running, failed);
      outcome = failed;
    }
    await this.#options.ends.end(running, outcome);
  }

  /** How it ends, or when it is tried again. */
  #afterFailure(
    { job, abort }: RunningJob,
    error: HiloError,
  ): JobOutcome | Pick<Job, 'attempts' | 'notBefore'> {
    const { clock, log } = this.#options;
    const reason: unknown = abort.signal.reason;
    // What it may do has changed.
    if (reason instanceof HiloError) return { status: 'failed', error: reason };
    const again = { attempts: job.attempts - 1, notBefore: 0 };
    if (reason === CLOSING) return again;
    if (reason === CANCELLED) return { status: 'cancelled', error: undefined };
    if (reason === GAVE_WAY) {
      this.#pauseLonger(job.route);
      return again;
    }
    // Not a fault of the job, and over when the server is well again.
    if (error.key === 'draining' || error.key === 'ledger_unavailable' || error.key === 'store_unavailable') {
      this.#pause(job.route, JOB_LIMITS.gaveWayMaxMs, JOB_LIMITS.gaveWayMaxMs);
      return again;
    }
    if (!isWorthAnotherTry(error) || job.attempts >= JOB_LIMITS.attemptsMax) {
      if (error.key === 'internal') log.error({ err: error, trace: job.trace }, 'A job failed');
      return { status: 'failed', error };
    }
    const againMs = againIn(job.attempts, error);
    // While a model is away, one job finds out whether it is back, and the others lose no try.
    if (error.key === 'upstream_unavailable') this.#pause(job.route, againMs, againMs);
    return { attempts: job.attempts, notBefore: clock.now() + againMs };
  }

  async #putBack({ job, abort }: RunningJob, again: Pick<Job, 'attempts' | 'notBefore'>): Promise<void> {
    const { repository, onChanged, ends } = this.#options;
    const isBack = await ends.insist(() => repository.putBack(job, again), abort.signal.reason === CLOSING);
    if (isBack === undefined) return;
    // Its row was erased meanwhile.
    if (!isBack) return ends.forget(job);
    this.lanes.add(job.route, job.owner);
    onChanged({ ...job, ...again, status: 'queued' });
  }

  #pause(route: string, ms: number, lastMs: number): void {
    this.#pauses.set(route, { untilMs: this.#options.clock.monotonic() + ms, lastMs });
  }

  #pauseLonger(route: string): void {
    const { gaveWayFirstMs, gaveWayMaxMs } = JOB_LIMITS;
    const last = this.#pauses.get(route)?.lastMs;
    const ms = last === undefined ? gaveWayFirstMs : Math.min(last * 2, gaveWayMaxMs);
    this.#pause(route, ms, ms);
  }
}
