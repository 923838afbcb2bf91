/** Batches and the rows of their files, in the store. */
import type { Selectable, Updateable } from 'kysely';
import type { Locale } from '../../shared/locale.ts';
import type { BatchFault } from '../../shared/operations/batch-shapes.ts';
import type { Access } from '../identity/access.ts';
import type { JobOwner, WholeJob } from '../jobs/job.ts';
import { headOf, JOB_HEAD, wholeOf } from '../jobs/job-repository.ts';
import type { Job } from '../jobs/job.ts';
import type { Step } from '../store/batch.ts';
import type { BatchRow } from '../store/job-schema.ts';
import type { Store } from '../store/store.ts';

export interface Batch extends JobOwner {
  readonly number: number;
  readonly id: string;
  readonly locale: Locale;
  readonly trace: string;
  readonly file: string;
  readonly endpoint: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly status: BatchRow['status'];
  readonly stop: BatchRow['stop'];
  readonly total: number;
  readonly submitted: number;
  readonly position: number;
  readonly faults: readonly BatchFault[];
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly expiresAt: number;
  readonly stoppedAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface BatchCounts {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
}

const PIECE_JOBS = 500;

export class BatchRows {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(batch: Batch): Promise<void> {
    const { number, id, owner, account, actor, access, payer = null, locale, trace } = batch;
    const { file, endpoint, status } = batch;
    const row = this.#store.db.insertInto('batches').values({
      number,
      id,
      owner,
      account,
      actor,
      access,
      payer,
      locale,
      trace,
      file,
      endpoint: endpoint ?? null,
      metadata: batch.metadata ? JSON.stringify(batch.metadata) : null,
      status,
      created_at: batch.createdAt,
      expires_at: batch.expiresAt,
    });
    await this.#store.write([row.compile()]);
  }

  async find(owner: string, id: string): Promise<Batch | undefined> {
    const all = this.#store.db.selectFrom('batches').selectAll();
    const row = await all.where('id', '=', id).where('owner', '=', owner).executeTakeFirst();
    return row && batchOf(row);
  }

  /** Newest first. */
  async page(owner: string, { below, limit }: { below: number; limit: number }): Promise<Batch[]> {
    const all = this.#store.db.selectFrom('batches').selectAll().where('owner', '=', owner);
    return (await all.where('number', '<', below).orderBy('number', 'desc').limit(limit).execute()).map(
      batchOf,
    );
  }

  async unfinished(): Promise<Batch[]> {
    const all = this.#store.db.selectFrom('batches').selectAll().where('ended_at', 'is', null);
    return (await all.orderBy('number').execute()).map(batchOf);
  }

  async unfinishedOf(owner: string, file?: string): Promise<number> {
    let rows = this.#store.db.selectFrom('batches').where('ended_at', 'is', null).where('owner', '=', owner);
    if (file !== undefined) rows = rows.where('file', '=', file);
    const row = await rows.select((each) => each.fn.countAll<number>().as('count')).executeTakeFirst();
    return row?.count ?? 0;
  }

  async change(number: number, values: Updateable<BatchRow>): Promise<void> {
    const row = this.#store.db.updateTable('batches').set(values).where('number', '=', number);
    await this.#store.write([row.compile()]);
  }

  /** False when it is over, or stopped already. */
  async stop(number: number, stop: NonNullable<Batch['stop']>, at: number): Promise<boolean> {
    const row = this.#store.db
      .updateTable('batches')
      .set({ stop, stopped_at: at })
      .where('number', '=', number)
      .where('stop', 'is', null)
      .where('ended_at', 'is', null);
    const [changed = 0] = await this.#store.write([row.compile()]);
    return changed > 0;
  }

  /** Of the unit in which a line becomes a job. */
  submittedStep(number: number, { line, position }: { line: number; position: number }): Step {
    const row = this.#store.db.updateTable('batches').set({ submitted: line, position });
    return row.where('number', '=', number).compile();
  }

  async counts(number: number): Promise<BatchCounts> {
    const rows = await this.#store.db
      .selectFrom('jobs')
      .select((each) => ['status', each.fn.countAll<number>().as('count')])
      .where('batch', '=', number)
      .groupBy('status')
      .execute();
    const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0;
    return { done: of('done'), failed: of('failed'), cancelled: of('cancelled') };
  }

  async unfinishedJobs(number: number): Promise<number> {
    const row = await this.#store.db
      .selectFrom('jobs')
      .select((each) => each.fn.countAll<number>().as('count'))
      .where('batch', '=', number)
      .where('status', 'in', ['queued', 'running'])
      .executeTakeFirst();
    return row?.count ?? 0;
  }

  async someUnfinishedJobs(number: number, limit: number): Promise<Job[]> {
    const rows = this.#store.db.selectFrom('jobs').select(JOB_HEAD).where('batch', '=', number);
    return (
      await rows.where('status', 'in', ['queued', 'running']).orderBy('batch_line').limit(limit).execute()
    ).map(headOf);
  }

  /** Jobs that are over, in the order of their lines, after this one. */
  async ended(
    number: number,
    { after, isDone, limit }: { after: number; isDone: boolean; limit: number },
  ): Promise<WholeJob[]> {
    const all = this.#store.db.selectFrom('jobs').selectAll().where('batch', '=', number);
    const rows = await all
      .where('status', 'in', isDone ? ['done'] : ['failed', 'cancelled'])
      .where('batch_line', '>', after)
      .orderBy('batch_line')
      .limit(limit)
      .execute();
    return rows.map(wholeOf);
  }

  /** Those that ended before this time. */
  async endedBefore(time: number): Promise<Pick<Batch, 'number'>[]> {
    return this.#store.db
      .selectFrom('batches')
      .select('number')
      .where('ended_at', 'is not', null)
      .where('ended_at', '<', time)
      .limit(100)
      .execute();
  }

  /** With its jobs, in pieces. Returns how many jobs there were. */
  async erase(number: number): Promise<number> {
    const { db } = this.#store;
    let count = 0;
    for (let removed = PIECE_JOBS; removed === PIECE_JOBS;) {
      const piece = db.selectFrom('jobs').select('number').where('batch', '=', number).limit(PIECE_JOBS);
      const jobs = (await piece.execute()).map((job) => job.number);
      removed = jobs.length;
      count += removed;
      if (removed > 0) await this.#store.write([db.deleteFrom('jobs').where('number', 'in', jobs).compile()]);
    }
    await this.#store.write([db.deleteFrom('batches').where('number', '=', number).compile()]);
    await this.#store.forgetBytes();
    return count;
  }
}

function batchOf(row: Selectable<BatchRow>): Batch {
  return {
    number: row.number,
    id: row.id,
    owner: row.owner,
    account: row.account,
    actor: row.actor,
    access: row.access as Access,
    payer: row.payer ?? undefined,
    locale: row.locale as Locale,
    trace: row.trace,
    file: row.file,
    endpoint: row.endpoint ?? undefined,
    metadata: row.metadata === null ? undefined : (JSON.parse(row.metadata) as Record<string, string>),
    status: row.status,
    stop: row.stop,
    total: row.total,
    submitted: row.submitted,
    position: row.position,
    faults: row.faults === null ? [] : (JSON.parse(row.faults) as BatchFault[]),
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    expiresAt: row.expires_at,
    stoppedAt: row.stopped_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
