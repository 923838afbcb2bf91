/** What a job leaves in files when it is over, where that is asked for. */
import type { JobCompletionResult } from '../../shared/operations/job-shapes.ts';
import { jsonFile, type RequestFiles } from '../artifacts/request-files.ts';
import type { RequestStatus } from '../artifacts/request-record.ts';
import type { JobRepository } from './job-repository.ts';
import type { Job, WholeJob } from './job.ts';

export interface JobFilesOptions {
  readonly repository: Pick<JobRepository, 'find'>;
  readonly requests: Pick<RequestFiles, 'begin' | 'isRecorded'>;
  /** They could not be written; the job is over all the same. */
  readonly onUnfiled: (error: unknown) => void;
}

export class JobFiles {
  readonly #options: JobFilesOptions;
  readonly #busy = new Set<Promise<void>>();

  constructor(options: JobFilesOptions) {
    this.#options = options;
  }

  ended(job: Job): void {
    const { requests, onUnfiled } = this.#options;
    // What came of the lines of a batch is in the file of the batch.
    if (job.batch || !requests.isRecorded('job')) return;
    const filed = this.#file(job)
      .catch(onUnfiled)
      .finally(() => this.#busy.delete(filed));
    this.#busy.add(filed);
  }

  async close(): Promise<void> {
    await Promise.all(this.#busy);
  }

  async #file({ owner, id }: Job): Promise<void> {
    const { repository, requests } = this.#options;
    const job = await repository.find(owner, id);
    // It was erased.
    if (!job) return;
    const { account, kind, route, attempts, title } = job;
    const { model, provider, usage } = (job.result ?? {}) as Partial<JobCompletionResult>;
    const request = await requests.begin({ service: 'job', owner, account, session: id });
    const outcome = {
      status: statusOf(job),
      error: job.error,
      provider,
      model,
      prompt: title,
      latencyMs: Math.max(0, (job.endedAt ?? 0) - (job.startedAt ?? job.endedAt ?? 0)),
      tokens: { in: usage?.inputTokens ?? 0, out: usage?.outputTokens ?? 0 },
      charged: job.charged,
      meta: { job: id, kind, route, attempts },
    };
    const files = job.result === undefined ? [] : [jsonFile('output.json', job.result)];
    await request.end(outcome, { input: { kind, request: job.request }, files });
  }
}

function statusOf({ status }: WholeJob): RequestStatus {
  if (status === 'done') return 'ok';
  return status === 'cancelled' ? 'cancelled' : 'failed';
}
