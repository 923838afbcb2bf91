/** The prompt queue, put together. */
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import type { Limits } from '../shared/limits.ts';
import type { ExchangePipeline } from './chat/pipeline.ts';
import type { Eraser } from './credits/eraser.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Credentials } from './identity/principal.ts';
import { isUserOwner } from './identity/user.ts';
import { completionRunner } from './jobs/completion-runner.ts';
import { imageRunner } from './jobs/image-runner.ts';
import { JobCounts } from './jobs/job-counts.ts';
import { JobEnds } from './jobs/job-ends.ts';
import { JobFollowers } from './jobs/job-followers.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { recoverJobs } from './jobs/job-recovery.ts';
import { JobRepository } from './jobs/job-repository.ts';
import { JobRuns, type JobProgress } from './jobs/job-runs.ts';
import type { Job, JobRunners } from './jobs/job.ts';
import { Jobs } from './jobs/jobs.ts';
import { summaryRunner } from './jobs/summary-runner.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { Log } from './observability/log.ts';
import { jobView } from './operations/handlers/jobs.ts';
import type { UpstreamSlots } from './rationing/model-slots.ts';
import type { SourceServices } from './summaries/summary-input.ts';
import { SlidingRateWindow } from './rationing/sliding-rate-window.ts';

export interface JobParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly data: DataDirectory;
  readonly routes: RouteDirectory;
  readonly exchange: ExchangePipeline & { readonly slots: UpstreamSlots };
  readonly sources: SourceServices;
  readonly ownerOf: (credentials: Credentials) => string | undefined;
}

export interface JobServicesOpened {
  readonly jobs: Jobs;
  readonly jobFollowers: JobFollowers;
  /** Takes up what waits. */
  start(): Promise<void>;
  /** Puts back what runs. */
  close(): Promise<void>;
}

/** What a crash has left is put right when this resolves; nothing runs before `start`. */
export async function openJobs(parts: JobParts): Promise<JobServicesOpened> {
  const { clock, log, limits, data, routes, exchange } = parts;
  const { store, ledger, gate, numbers, holds, users } = data;
  const repository = new JobRepository(store);
  const { requests } = data.files;
  const runners: JobRunners = {
    completion: completionRunner(exchange),
    summarize: summaryRunner({ ...parts.sources, exchange }),
    image: imageRunner({ exchange, requests, clock }),
  };
  const followers = new JobFollowers(parts);
  const counts = new JobCounts({ max: limits.jobsMax, maxOf: (owner) => maxJobsOf(limits, owner) });
  const tell = (job: Job, progress?: JobProgress) =>
    followers.changed(job.owner, job.id, (locale) => jobView(job, locale, progress));
  const nextNumber = numbers.exchanges;
  const shared = { clock, log, repository, ledger };
  const ends = new JobEnds({
    ...shared,
    gate,
    onEnded(job) {
      counts.giveBack(job.owner);
      tell(job);
    },
  });
  await recoverJobs({ ...shared, ends, nextNumber }, ({ owner }) => counts.found(owner));
  const runs = new JobRuns({ ...shared, runners, exchange, randomBytes, nextNumber, onProgress: tell });
  const mayRun = (owner: string) => users.mayAct(owner);
  const { slots } = exchange;
  const queue = new JobQueue({ ...shared, routes, slots, runs, ends, mayRun, onChanged: tell });
  const jobs = new Jobs({
    ...shared,
    runners,
    queue,
    ends,
    counts,
    gate,
    nextNumber,
    meter: holds,
    rateWindow: rateWindow(parts),
    newId: randomUUIDv7,
    isDraining: () => exchange.isDraining(),
    mayRun,
  });
  data.onHandOver((from, to) => jobs.handOver(from, to));
  return {
    jobs,
    jobFollowers: followers,
    start: () => queue.start(),
    async close() {
      ends.close();
      await queue.close();
    },
  };
}

/** Before everything of an account is erased, nothing of it waits or runs any more. */
export function stoppingJobs(eraser: Eraser, jobs: Pick<Jobs, 'whileStopped'>): Eraser {
  return {
    eraseExchange: (request) => eraser.eraseExchange(request),
    eraseAll: (request) => jobs.whileStopped(request.account, () => eraser.eraseAll(request)),
  };
}

function maxJobsOf(limits: Limits, owner: string): number {
  return isUserOwner(owner) ? limits.jobsPerUserMax : limits.jobsPerGuestMax;
}

function rateWindow({ clock, limits }: JobParts): SlidingRateWindow {
  return new SlidingRateWindow({
    clock,
    maxMessagesOf: (owner) => (isUserOwner(owner) ? limits.jobsPerWindowUser : limits.jobsPerWindow),
    windowMs: limits.windowSeconds * 1_000,
  });
}
