/** The prompt queue, put together. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import type { Limits } from '../shared/limits.ts';
import { openBatches } from './batch-services.ts';
import type { ExchangePipeline } from './chat/pipeline.ts';
import type { ServerConfig } from './config/config.ts';
import type { Eraser } from './credits/eraser.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Credentials } from './identity/principal.ts';
import { isUserOwner } from './identity/user.ts';
import { completionRunner } from './jobs/completion-runner.ts';
import { embeddingRunner } from './jobs/embedding-runner.ts';
import { imageRunner } from './jobs/image-runner.ts';
import { JobCounts } from './jobs/job-counts.ts';
import { JobEnds } from './jobs/job-ends.ts';
import { JobFiles } from './jobs/job-files.ts';
import { JobFollowers } from './jobs/job-followers.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { recoverJobs } from './jobs/job-recovery.ts';
import { JobRepository } from './jobs/job-repository.ts';
import { JobRuns, type JobProgress } from './jobs/job-runs.ts';
import type { Job, JobOwner, JobRunners } from './jobs/job.ts';
import { Jobs } from './jobs/jobs.ts';
import { summaryRunner } from './jobs/summary-runner.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { Log } from './observability/log.ts';
import type { Payers } from './operations/payers.ts';
import type { BatchServices } from './operations/handlers/batches.ts';
import { jobView, resultOf, type JobServices } from './operations/handlers/jobs.ts';
import type { UpstreamSlots } from './rationing/model-slots.ts';
import type { SourceServices } from './summaries/summary-input.ts';
import { maxOfKey } from './rationing/take-places.ts';
import { SlidingRateWindow } from './rationing/sliding-rate-window.ts';
import { openWebhooks } from './webhook-services.ts';
import { timedId } from './support/timed-id.ts';

export interface JobParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly data: DataDirectory;
  readonly routes: RouteDirectory;
  readonly exchange: ExchangePipeline & { readonly slots: UpstreamSlots };
  readonly sources: SourceServices;
  readonly ownerOf: (credentials: Credentials) => string | undefined;
  readonly config: ServerConfig;
  readonly random: () => number;
  readonly payers: Pick<Payers, 'ofEarlier'>;
}

export interface JobServicesOpened {
  /** For handlers. */
  readonly services: Pick<JobServices & BatchServices, 'batches' | 'jobFollowers' | 'jobs' | 'webhooks'>;
  /** Takes up what waits. */
  start(): Promise<void>;
  /** Puts back what runs. */
  close(): Promise<void>;
}

/** What a crash has left is put right when this resolves; nothing runs before `start`. */
export async function openJobs(parts: JobParts): Promise<JobServicesOpened> {
  const { clock, log, limits, data, routes, exchange } = parts;
  const { store, ledger, gate, numbers, holds, users } = data;
  const { requests } = data.files;
  const repository = new JobRepository(store);
  const runners = runnersOf(parts);
  const followers = new JobFollowers(parts);
  const files = new JobFiles({
    repository,
    requests,
    onUnfiled: (err) => log.warn({ err }, 'The files of a job could not be written'),
  });
  const counts = new JobCounts({ max: limits.jobsMax, maxOf: (owner) => maxJobsOf(limits, owner) });
  const tell = (job: Job, progress?: JobProgress) => {
    // Of a batch with thousands of lines nobody wants to hear of each.
    if (job.batch) return;
    followers.changed(job.owner, job.id, (locale) => jobView(job, locale, progress));
  };
  const viewOf = (job: Job) => jobView(job, job.locale);
  const { webhooks, deliverer } = await openWebhooks({ ...parts, viewOf });
  const onEnded = [tell, (job: Job) => counts.giveBack(job.owner), (job: Job) => deliverer.ended(job)];
  onEnded.push((job) => files.ended(job));
  const nextNumber = numbers.exchanges;
  const shared = { clock, log, repository, ledger };
  const ends = new JobEnds({ ...shared, gate, onEnded: (job) => onEnded.forEach((each) => each(job)) });
  await recoverJobs({ ...shared, ends, nextNumber }, ({ owner }) => counts.found(owner));
  const money = moneyOf(parts);
  const run = { ...shared, ...money, runners, exchange, randomBytes, nextNumber };
  const runs = new JobRuns({ ...run, onProgress: tell });
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
    newId: timedId,
    isDraining: () => exchange.isDraining(),
    mayRun,
  });
  const isDraining = () => exchange.isDraining();
  const { batches, feeder } = await openBatches({ ...parts, ...money, jobs, resultOf, isDraining });
  onEnded.push((job) => feeder.ended(job));
  data.onHandOver((from, to) => jobs.handOver(from, to));
  return {
    services: { batches, jobs, jobFollowers: followers, webhooks },
    async start() {
      await feeder.start();
      batches.start();
      await Promise.all([queue.start(), deliverer.start()]);
    },
    async close() {
      batches.close();
      ends.close();
      await feeder.close();
      await queue.close();
      await deliverer.close();
      await files.close();
    },
  };
}

function runnersOf({ exchange, sources, data, clock }: JobParts): JobRunners {
  const { requests } = data.files;
  return {
    completion: completionRunner(exchange),
    summarize: summaryRunner({ ...sources, exchange }),
    image: imageRunner({ exchange, requests, clock }),
    embedding: embeddingRunner(exchange),
  };
}

/** Whose money a job uses, as things are when it runs. */
function moneyOf({ payers, data: { budgets } }: JobParts) {
  const payingOf = ({ owner, account, actor, access, payer = account }: JobOwner) =>
    payers.ofEarlier({ owner, account, actor, access, payer, address: '' });
  return { budgets, payingOf };
}

/** Before everything of an account is erased, nothing of it waits or runs any more. */
export function stoppingJobs(eraser: Eraser, { jobs, batches }: JobServicesOpened['services']): Eraser {
  return {
    eraseExchange: (request) => eraser.eraseExchange(request),
    async eraseAll(request) {
      await batches.beforeErasing(request.account);
      const erased = await jobs.whileStopped(request.account, () => eraser.eraseAll(request));
      await batches.afterErasing();
      return erased;
    },
  };
}

function maxJobsOf(limits: Limits, owner: string): number {
  return isUserOwner(owner) ? limits.jobsPerUserMax : limits.jobsPerGuestMax;
}

function rateWindow({ clock, limits }: JobParts): SlidingRateWindow {
  return new SlidingRateWindow({
    clock,
    maxMessagesOf: (owner) =>
      maxOfKey(owner) ?? (isUserOwner(owner) ? limits.jobsPerWindowUser : limits.jobsPerWindow),
    windowMs: limits.windowSeconds * 1_000,
  });
}
