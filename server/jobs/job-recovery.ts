/**
 * What a server that was killed has left of its jobs, put right before anything new happens: the rows decide,
 * and the ledger follows.
 *
 *   hold without a row          its submission was never acknowledged, or its job was erased: released
 *   row with something pending  it is over, or a part of it is: the ledger is told
 *   row that runs               waits again; its try counts, so that none ends the server for ever
 *   row without a hold          credits are held once more, or it fails with the reason
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import { exchangeId } from '../credits/exchange-texts.ts';
import { orLedgerFault } from '../credits/ledger-fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { settlePending } from './job-credits.ts';
import type { JobEnds } from './job-ends.ts';
import type { JobRepository } from './job-repository.ts';
import type { Job } from './job.ts';
import { JOB_LIMITS } from './limits.ts';

export interface JobRecoveryParts {
  readonly repository: JobRepository;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly ends: JobEnds;
  /** The number of an exchange. */
  readonly nextNumber: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** Rejects when the ledger or the store cannot be used. `onUnfinished` learns of each job that waits. */
export async function recoverJobs(parts: JobRecoveryParts, onUnfinished: (job: Job) => void): Promise<void> {
  const { repository, ledger, log } = parts;
  const settled = await settleAll(parts);
  await repository.requeueRunning();
  const known = new Set<string>();
  let failed = 0;
  for await (const job of pagesOf((after) => repository.unfinished(after, JOB_LIMITS.recoveryPage))) {
    onUnfinished(job);
    const repaired = await repair(parts, job);
    if (repaired === undefined) failed += 1;
    else known.add(repaired);
  }
  const orphans = ledger.accounts.openHoldIds().filter((id) => !known.has(id));
  await orLedgerFault(() =>
    Promise.all(orphans.map((id) => ledger.accounts.release({ id, reason: 'restart' }))),
  );
  if (settled + failed + orphans.length > 0) {
    log.warn(
      { settled, failed, released: orphans.length },
      'Jobs of a server that was stopped were put right',
    );
  }
}

async function settleAll({ repository, ledger, ends }: JobRecoveryParts): Promise<number> {
  let count = 0;
  for await (const job of pagesOf((after) => repository.unsettled(after, JOB_LIMITS.recoveryPage))) {
    const { pending, status, endedAt, error } = job;
    if (!pending) continue;
    count += 1;
    if (status === 'queued' || status === 'running') {
      await repository.settled(job.number, await settlePending(ledger, pending));
      continue;
    }
    const values = job.errorValues;
    const failure = error && { key: error, values };
    await ends.settle(job, { status, pending, at: endedAt ?? 0, ...(failure && { error: failure }) });
  }
  return count;
}

/** The id of its open hold; undefined when it has failed. */
async function repair(parts: JobRecoveryParts, job: Job): Promise<string | undefined> {
  const { ledger, repository, ends, nextNumber } = parts;
  if (job.attempts >= JOB_LIMITS.attemptsMax) {
    await ends.failQueued(job, new HiloError('job_interrupted', { values: { attempts: job.attempts } }));
    return undefined;
  }
  if (ledger.accounts.openHold(job.hold)) return job.hold;
  const hold = exchangeId(nextNumber());
  try {
    const amount = Math.max(0, job.held - job.charged);
    await orLedgerFault(() => ledger.accounts.hold({ account: job.payer ?? job.account, amount, id: hold }));
  } catch (thrown) {
    const error = toHiloError(thrown);
    if (error.key !== 'insufficient_credits') throw error;
    await ends.failQueued(job, error);
    return undefined;
  }
  await repository.rehold(job.number, hold);
  return hold;
}

async function* pagesOf(page: (after: number) => Promise<Job[]>): AsyncGenerator<Job> {
  for (let after = 0; ;) {
    const jobs = await page(after);
    yield* jobs;
    const last = jobs.at(-1);
    if (!last) return;
    after = last.number;
  }
}
