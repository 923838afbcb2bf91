/** What came of a batch, line by line: made from its jobs while it is read, so that nothing is kept twice. */
import { errorText } from '../../shared/errors.ts';
import type { BatchOutcome } from '../../shared/operations/batch-shapes.ts';
import type { WholeJob } from '../jobs/job.ts';
import { isMissing, linesFrom, readLine, type RawLine } from './batch-lines.ts';
import type { Batch, BatchRows } from './batch-rows.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface ResultsOptions {
  readonly rows: BatchRows;
  readonly path: (file: string) => string;
  /** What `jobs.get` would show of it. */
  readonly resultOf: (job: WholeJob) => Pick<BatchOutcome, 'completion' | 'embedding'>;
}

export async function* resultLines(batch: Batch, options: ResultsOptions): AsyncGenerator<BatchOutcome> {
  const sources = new Sources(options.path(batch.file));
  const endpoint = batch.endpoint !== undefined && { endpoint: batch.endpoint };
  try {
    for await (const job of jobsOf(batch, true, options)) {
      const source = await sources.of(job.batch?.line ?? 0);
      const known = { ...endpoint, ...(source !== undefined && { source }) };
      yield { ...headOf(job), status: 'done', ...known, ...options.resultOf(job) };
    }
  } finally {
    await sources.close();
  }
}

/** Also of lines that were never asked, since the time was over. */
export async function* failureLines(batch: Batch, options: ResultsOptions): AsyncGenerator<BatchOutcome> {
  for await (const job of jobsOf(batch, false, options)) {
    const status = job.status === 'cancelled' ? job.status : 'failed';
    const key = job.error ?? (batch.stop === 'expired' ? 'batch_expired' : 'cancelled');
    const reason = { key, text: errorText(key, batch.locale, job.errorValues) };
    yield { ...headOf(job), status, reason };
  }
  if (batch.stop !== 'expired') return;
  const { position, submitted, locale } = batch;
  let line = submitted;
  const reason = { key: 'batch_expired', text: errorText('batch_expired', locale) } as const;
  for await (const raw of linesFrom(options.path(batch.file), position)) {
    line += 1;
    const read = readLine(raw);
    const customId = 'line' in read ? read.line.customId : undefined;
    yield { line, ...(customId !== undefined && { customId }), status: 'expired', reason };
  }
}

/** What was asked, for lines that come back with it; they are wanted in the order of the file. */
class Sources {
  readonly #lines: AsyncGenerator<RawLine, void, undefined>;
  #at = 0;
  #isGone = false;

  constructor(path: string) {
    this.#lines = linesFrom(path, 0);
  }

  /** Undefined too when the file was deleted. */
  async of(line: number): Promise<string | undefined> {
    try {
      for (; !this.#isGone;) {
        const { value } = await this.#lines.next();
        if (!value) break;
        this.#at += 1;
        if (this.#at < line) continue;
        const read = readLine(value);
        return 'line' in read && read.line.needsSource ? read.line.source : undefined;
      }
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
    }
    this.#isGone = true;
    return undefined;
  }

  async close(): Promise<void> {
    await this.#lines.return();
  }
}

async function* jobsOf(
  { number }: Batch,
  isDone: boolean,
  { rows }: ResultsOptions,
): AsyncGenerator<WholeJob, void, undefined> {
  const limit = BATCH_LIMITS.resultsAtOnce;
  for (let after = 0; ;) {
    const page = await rows.ended(number, { after, isDone, limit });
    yield* page;
    const last = page.at(-1)?.batch;
    if (!last || page.length < limit) return;
    after = last.line;
  }
}

function headOf({ id, batch, endedAt = 0 }: WholeJob) {
  const { line = 0, customId } = batch ?? {};
  const endedAtText = new Date(endedAt).toISOString();
  return { line, ...(customId !== undefined && { customId }), job: id, endedAt: endedAtText };
}
