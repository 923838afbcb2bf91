/** Batches and their files, as handlers use them: everything here is about those of one owner. */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { BatchOutcome } from '../../shared/operations/batch-shapes.ts';
import { every } from '../support/every.ts';
import type { Submitter } from '../jobs/jobs.ts';
import type { Log } from '../observability/log.ts';
import type { Batch, BatchCounts, BatchRows } from './batch-rows.ts';
import type { BatchFeeder } from './batch-feeder.ts';
import { linesFrom, readLine } from './batch-lines.ts';
import { failureLines, resultLines, type ResultsOptions } from './batch-results.ts';
import type { KeptFile, KeptFiles, NewFile } from './kept-files.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface BatchesOptions extends Pick<ResultsOptions, 'resultOf'> {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly rows: BatchRows;
  readonly files: KeptFiles;
  readonly feeder: BatchFeeder;
  readonly nextNumber: () => number;
  /** A UUID. */
  readonly newId: () => string;
  /** Days for which anything is kept, if there is a limit. */
  readonly retentionDays: number | undefined;
  readonly isDraining: () => boolean;
}

export interface NewBatch {
  readonly file: string;
  readonly endpoint: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

export interface CountedBatch {
  readonly batch: Batch;
  readonly counts: BatchCounts;
}

interface Page {
  /** The id of the last one of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}

const LAST = Number.MAX_SAFE_INTEGER;
const DAY_MS = 24 * 60 * 60_000;
const RESULTS = /^file-([0-9a-f]{32})-(results|failures)$/;

export class Batches {
  readonly #options: BatchesOptions;
  #stopSweeping = () => {};

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, log } = this.#options;
    this.#stopSweeping = every(clock, BATCH_LIMITS.sweepMs, () =>
      this.sweep().catch((err: unknown) => log.error({ err }, 'Old batches could not be deleted')),
    );
  }

  close(): void {
    this.#stopSweeping();
  }

  keep(owner: string, file: NewFile): Promise<KeptFile> {
    return this.#options.files.keep(owner, file);
  }

  file(owner: string, id: string): Promise<KeptFile> {
    return this.#options.files.find(owner, id);
  }

  /** Newest first. Rejects with `not_found`. */
  async filePage(owner: string, { after, limit }: Page): Promise<KeptFile[]> {
    const { files } = this.#options;
    const below = after === undefined ? LAST : (await files.find(owner, after)).number;
    return files.page(owner, { below, limit });
  }

  /** Rejects with `not_found`, `file_in_use`. */
  async eraseFile(owner: string, id: string): Promise<void> {
    const { files, rows } = this.#options;
    const file = await files.find(owner, id);
    if ((await rows.unfinishedOf(owner, id)) > 0) throw new HiloError('file_in_use');
    await files.erase(file);
  }

  /** Lines as they are read, without their ends. Rejects with `not_found`. */
  async lines(owner: string, id: string): Promise<AsyncIterable<string>> {
    const { rows, files, resultOf } = this.#options;
    const [, batchId, kind] = RESULTS.exec(id) ?? [];
    if (batchId === undefined) return sourceLines(files.path((await files.find(owner, id)).id));
    const batch = await rows.find(owner, `batch_${batchId}`);
    if (!batch || batch.endedAt === undefined) throw new HiloError('not_found', { values: { what: id } });
    const options = { rows, path: (file: string) => files.path(file), resultOf };
    const outcomes = kind === 'results' ? resultLines(batch, options) : failureLines(batch, options);
    return textLines(outcomes);
  }

  /** Rejects with `not_found`, `too_many_batches`, `draining`. */
  async create({ file, endpoint, metadata }: NewBatch, who: Submitter): Promise<CountedBatch> {
    const { rows, files, feeder, clock, nextNumber, newId, isDraining } = this.#options;
    if (isDraining()) throw new HiloError('draining', { values: { seconds: 5 }, retryAfterMs: 5_000 });
    const { owner, account, actor, access, payer, locale, trace } = who;
    await files.find(owner, file);
    const { unfinishedMax: max, windowMs } = BATCH_LIMITS;
    if ((await rows.unfinishedOf(owner)) >= max) throw new HiloError('too_many_batches', { values: { max } });
    const at = clock.now();
    const batch: Batch = {
      number: nextNumber(),
      id: `batch_${newId().replaceAll('-', '')}`,
      owner,
      account,
      actor,
      access,
      payer: payer.account === account ? undefined : payer.account,
      locale,
      trace,
      file,
      endpoint,
      metadata,
      status: 'checking',
      stop: null,
      total: 0,
      submitted: 0,
      position: 0,
      faults: [],
      createdAt: at,
      startedAt: undefined,
      expiresAt: at + windowMs,
      stoppedAt: undefined,
      endedAt: undefined,
    };
    await rows.add(batch);
    feeder.take(batch);
    return { batch, counts: { done: 0, failed: 0, cancelled: 0 } };
  }

  /** Rejects with `not_found`. */
  async find(owner: string, id: string): Promise<CountedBatch> {
    const batch = await this.#options.rows.find(owner, id);
    if (!batch) throw new HiloError('not_found', { values: { what: id } });
    return this.#counted(batch);
  }

  /** Newest first. Rejects with `not_found`. */
  async page(owner: string, { after, limit }: Page): Promise<CountedBatch[]> {
    const below = after === undefined ? LAST : (await this.find(owner, after)).batch.number;
    const batches = await this.#options.rows.page(owner, { below, limit });
    return Promise.all(batches.map((batch) => this.#counted(batch)));
  }

  /** Rejects with `not_found`, `batch_over`. */
  async cancel(owner: string, id: string): Promise<CountedBatch> {
    const { rows, feeder, clock } = this.#options;
    const { batch } = await this.find(owner, id);
    if (batch.endedAt !== undefined) throw new HiloError('batch_over', { values: { status: batch.status } });
    if (await rows.stop(batch.number, 'cancelled', clock.now())) feeder.stopped(batch.number);
    return this.find(owner, id);
  }

  /** Rejects with `not_found`, `batch_unfinished`. Returns how many jobs it had. */
  async erase(owner: string, id: string): Promise<number> {
    const { batch } = await this.find(owner, id);
    if (batch.endedAt === undefined) throw new HiloError('batch_unfinished');
    return this.#options.rows.erase(batch.number);
  }

  /** Nothing of the account is put into the queue any more. */
  async beforeErasing(account: string): Promise<void> {
    await this.#options.feeder.leave(account);
  }

  /** Its rows are gone; now the bytes of its files are too. */
  async afterErasing(): Promise<void> {
    await this.#options.files.sweep();
  }

  /** Deletes what is too old. */
  async sweep(): Promise<void> {
    const { rows, files, clock, retentionDays } = this.#options;
    const { keptMs } = BATCH_LIMITS;
    const ms = Math.min(keptMs, (retentionDays ?? Infinity) * DAY_MS);
    for (const { number } of await rows.endedBefore(clock.now() - ms)) await rows.erase(number);
    for (const file of await files.expired(clock.now() + keptMs - ms)) {
      if ((await rows.unfinishedOf(file.owner, file.id)) === 0) await files.erase(file);
    }
  }

  async #counted(batch: Batch): Promise<CountedBatch> {
    return { batch, counts: await this.#options.rows.counts(batch.number) };
  }
}

async function* textLines(outcomes: AsyncIterable<BatchOutcome>): AsyncGenerator<string, void, undefined> {
  for await (const outcome of outcomes) yield JSON.stringify(outcome);
}

async function* sourceLines(path: string): AsyncGenerator<string, void, undefined> {
  for await (const raw of linesFrom(path, 0)) {
    const read = readLine(raw);
    yield ('line' in read ? read.line.source : undefined) ?? raw.text ?? '';
  }
}
