/** Jobs, in the store. The row decides what becomes of a job; the ledger follows it. */
import { sql, type Selectable, type UpdateObject } from 'kysely';
import type { ErrorKey, HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { JobKind } from '../../shared/operations/job-shapes.ts';
import type { Access } from '../identity/access.ts';
import type { Step } from '../store/batch.ts';
import type { JobRow, JobStatus } from '../store/job-schema.ts';
import type { Tables } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { forgetRequestsOf } from '../store/text-removal.ts';
import type { BatchPlace, Job, Pending, SavedPart, WholeJob } from './job.ts';

/** All but the long texts. */
export const JOB_HEAD = [
  'number',
  'id',
  'owner',
  'account',
  'actor',
  'access',
  'payer',
  'kind',
  'route',
  'locale',
  'trace',
  'status',
  'title',
  'attempts',
  'not_before',
  'hold',
  'held',
  'charged',
  'entry',
  'pending',
  'input_tokens',
  'output_tokens',
  'created_at',
  'started_at',
  'ended_at',
  'error',
  'error_values',
  'webhook',
  'batch',
  'batch_line',
  'custom_id',
] as const satisfies readonly (keyof JobRow)[];

/** Also what was asked and what came of it. */
const WHOLE = [...JOB_HEAD, 'request', 'result', 'saved'] as const satisfies readonly (keyof JobRow)[];

export type JobHead = Pick<Selectable<JobRow>, (typeof JOB_HEAD)[number]>;
type Whole = Pick<Selectable<JobRow>, (typeof WHOLE)[number]> & { readonly material?: string | null };

export interface NewJob extends Omit<
  Job,
  | 'attempts'
  | 'charged'
  | 'endedAt'
  | 'entry'
  | 'error'
  | 'errorValues'
  | 'notBefore'
  | 'pending'
  | 'startedAt'
> {
  readonly request: string;
  readonly material: string | undefined;
  readonly clientId: string | undefined;
}

/** How a job ends, or a part of it. */
export interface JobEnding {
  readonly status: Extract<JobStatus, 'cancelled' | 'done' | 'failed'>;
  readonly result?: object | undefined;
  readonly error?: { readonly key: ErrorKey; readonly values: object } | undefined;
  readonly pending: Pending;
  readonly at: number;
}

export interface JobCount {
  readonly route: string;
  readonly owner: string;
  readonly count: number;
}

export class JobRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get failure(): Error | undefined {
    return this.#store.failure;
  }

  /** All or nothing, with `more`. */
  async add(job: NewJob, more: readonly Step[] = []): Promise<void> {
    await this.#store.write([this.#store.db.insertInto('jobs').values(rowOf(job)).compile(), ...more]);
  }

  /** One that is over before it was held for: nothing of it is in the ledger. */
  async addFailed(job: NewJob, { key, values }: HiloError, more: readonly Step[]): Promise<void> {
    const failed = {
      ...rowOf(job),
      status: 'failed',
      ended_at: job.createdAt,
      error: key,
      error_values: JSON.stringify(values),
    } as const;
    await this.#store.write([this.#store.db.insertInto('jobs').values(failed).compile(), ...more]);
  }

  /** The oldest one that may be tried, of one person and route. */
  async nextOf(route: string, owner: string, nowMs: number): Promise<WholeJob | undefined> {
    const row = await this.#queued(route, owner)
      .selectAll()
      .where('not_before', '<=', nowMs)
      .orderBy('number')
      .limit(1)
      .executeTakeFirst();
    return row && wholeOf(row);
  }

  /** When the next one of them may be tried; undefined when none waits. */
  async nextTime(route: string, owner: string): Promise<number | undefined> {
    const row = await this.#queued(route, owner)
      .select((one) => one.fn.min('not_before').as('time'))
      .executeTakeFirst();
    return row?.time ?? undefined;
  }

  #queued(route: string, owner: string) {
    return this.#store.db
      .selectFrom('jobs')
      .where('status', '=', 'queued')
      .where('route', '=', route)
      .where('owner', '=', owner);
  }

  /** Durable before it runs, so that one which ends the server does not do so for ever. False: it is gone. */
  begin(job: Job, at: number): Promise<boolean> {
    const begun = { status: 'running', attempts: job.attempts + 1, started_at: job.startedAt ?? at } as const;
    return this.#change(job.number, 'queued', begun);
  }

  putBack(job: Job, { attempts, notBefore }: Pick<Job, 'attempts' | 'notBefore'>): Promise<boolean> {
    return this.#change(job.number, 'running', { status: 'queued', attempts, not_before: notBefore });
  }

  /** From then on the job is over, whatever happens: what is pending will be in the ledger. */
  end(number: number, from: 'queued' | 'running', ending: JobEnding): Promise<boolean> {
    const { status, result, error, pending, at } = ending;
    return this.#change(number, from, {
      status,
      result: result === undefined ? null : JSON.stringify(result),
      error: error?.key ?? null,
      error_values: error ? JSON.stringify(error.values) : null,
      pending: JSON.stringify(pending),
      saved: null,
      material: null,
      ended_at: at,
      webhook_next: sql`case when webhook is null then null else cast(${at} as bigint) end`,
    });
  }

  /** A part is over, and the rest of the hold has a new id. False: the job is gone. */
  endPart(
    number: number,
    { pending, saved }: { pending: Pending; saved: readonly SavedPart[] },
  ): Promise<boolean> {
    const hold = pending.type === 'charge' && pending.next ? { hold: pending.next.id } : {};
    return this.#change(number, 'running', {
      ...hold,
      pending: JSON.stringify(pending),
      saved: JSON.stringify(saved),
    });
  }

  /** What was pending is in the ledger. */
  async settled(number: number, { charged, entry }: Settled): Promise<void> {
    const row = this.#store.db
      .updateTable('jobs')
      .set((one) => ({
        pending: null,
        charged: one('charged', '+', charged),
        ...(entry !== undefined && { entry }),
      }))
      .where('number', '=', number)
      .where('pending', 'is not', null);
    await this.#store.write([row.compile()]);
  }

  async #change(number: number, from: JobStatus, values: UpdateObject<Tables, 'jobs'>): Promise<boolean> {
    const step = this.#store.db
      .updateTable('jobs')
      .set(values)
      .where('number', '=', number)
      .where('status', '=', from)
      .compile();
    const [changed = 0] = await this.#store.write([step]);
    return changed > 0;
  }

  /** By its id, or by the beginning of it. */
  async find(owner: string, reference: string): Promise<WholeJob | undefined> {
    const all = this.#store.db.selectFrom('jobs').select(WHOLE).where('owner', '=', owner);
    const row = await all.where('id', '=', reference).executeTakeFirst();
    if (row) return wholeOf(row);
    if (reference.length < 8 || !/^[0-9a-f-]+$/.test(reference)) return undefined;
    const found = await all.where('id', '>=', reference).where('id', '<', `${reference}g`).limit(2).execute();
    const [only] = found;
    return only && found.length === 1 ? wholeOf(only) : undefined;
  }

  async byClientId(owner: string, clientId: string): Promise<WholeJob | undefined> {
    const row = await this.#store.db
      .selectFrom('jobs')
      .select(WHOLE)
      .where('owner', '=', owner)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return row && wholeOf(row);
  }

  /** Newest first, without the lines of batches. */
  async page(owner: string, asked: JobPage): Promise<Job[]> {
    return (await this.#page(owner, asked).select(JOB_HEAD).execute()).map(headOf);
  }

  async wholePage(owner: string, asked: JobPage): Promise<WholeJob[]> {
    return (await this.#page(owner, asked).select(WHOLE).execute()).map(wholeOf);
  }

  #page(owner: string, { below, status, limit }: JobPage) {
    let rows = this.#store.db
      .selectFrom('jobs')
      .where('owner', '=', owner)
      .where('number', '<', below)
      .where('batch', 'is', null);
    if (status !== undefined) rows = rows.where('status', '=', status);
    return rows.orderBy('number', 'desc').limit(limit);
  }

  /** How many wait before this one, of the same person and route. */
  async countBefore({ route, owner, number }: Pick<Job, 'number' | 'owner' | 'route'>): Promise<number> {
    const row = await this.#queued(route, owner)
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('number', '<', number)
      .executeTakeFirst();
    return row?.count ?? 0;
  }

  async queuedCounts(): Promise<JobCount[]> {
    const rows = await this.#store.db
      .selectFrom('jobs')
      .select((one) => ['route', 'owner', one.fn.countAll<number>().as('count')])
      .where('status', '=', 'queued')
      .groupBy(['route', 'owner'])
      .execute();
    return rows;
  }

  /** Those with something pending, after this number. */
  async unsettled(after: number, limit: number): Promise<Job[]> {
    const rows = this.#store.db.selectFrom('jobs').select(JOB_HEAD).where('pending', 'is not', null);
    return (await rows.where('number', '>', after).orderBy('number').limit(limit).execute()).map(headOf);
  }

  /** Those that wait or run, after this number. */
  async unfinished(after: number, limit: number): Promise<Job[]> {
    const rows = this.#store.db.selectFrom('jobs').select(JOB_HEAD).where('ended_at', 'is', null);
    return (await rows.where('number', '>', after).orderBy('number').limit(limit).execute()).map(headOf);
  }

  /** The hold is another one from now on. */
  async rehold(number: number, hold: string): Promise<void> {
    const row = this.#store.db.updateTable('jobs').set({ hold }).where('number', '=', number);
    await this.#store.write([row.compile()]);
  }

  /** Those of a server that has ended. */
  async requeueRunning(): Promise<void> {
    const row = this.#store.db.updateTable('jobs').set({ status: 'queued' }).where('status', '=', 'running');
    await this.#store.write([row.compile()]);
  }

  async unfinishedOfAccount(account: string, limit: number): Promise<Job[]> {
    const rows = this.#store.db.selectFrom('jobs').select(JOB_HEAD).where('ended_at', 'is', null);
    return (await rows.where('account', '=', account).limit(limit).execute()).map(headOf);
  }

  /** One that is over and settled; the files that it has left go too. */
  async erase(number: number): Promise<boolean> {
    const { db } = this.#store;
    const over = db.selectFrom('jobs').select('id').where('number', '=', number);
    const [, changed = 0] = await this.#store.write([
      forgetRequestsOf(db, over.where('ended_at', 'is not', null)),
      db.deleteFrom('jobs').where('number', '=', number).where('ended_at', 'is not', null).compile(),
    ]);
    if (changed > 0) await this.#store.forgetBytes();
    return changed > 0;
  }
}

export interface JobPage {
  readonly below: number;
  readonly status?: JobStatus | undefined;
  readonly limit: number;
}

export interface Settled {
  readonly charged: number;
  /** Index of the charge in the ledger. */
  readonly entry: number | undefined;
}

function rowOf(job: NewJob) {
  const { number, id, owner, account, actor, access, payer = null } = job;
  const { kind, route, locale, trace, status, title } = job;
  return {
    number,
    id,
    owner,
    account,
    actor,
    access,
    payer,
    kind,
    route,
    locale,
    trace,
    status,
    title,
    request: job.request,
    material: job.material ?? null,
    hold: job.hold,
    held: job.held,
    input_tokens: job.inputTokens,
    output_tokens: job.outputTokens,
    created_at: job.createdAt,
    client_id: job.clientId ?? null,
    ...webhookColumns(job.webhook),
    ...batchColumns(job.batch),
  };
}

function webhookColumns(url: string | undefined) {
  if (url === undefined) return {};
  return { webhook: url, webhook_host: new URL(url).host };
}

function batchColumns(place: BatchPlace | undefined) {
  if (!place) return {};
  return { batch: place.number, batch_line: place.line, custom_id: place.customId ?? null };
}

export function headOf(row: JobHead): Job {
  const { batch, batch_line: line, custom_id: customId } = row;
  return {
    ...row,
    batch: batch === null ? undefined : { number: batch, line: line ?? 0, customId: customId ?? undefined },
    access: row.access as Access,
    payer: row.payer ?? undefined,
    kind: row.kind as JobKind,
    locale: row.locale as Locale,
    notBefore: row.not_before,
    entry: row.entry ?? undefined,
    pending: row.pending === null ? undefined : (JSON.parse(row.pending) as Pending),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    error: (row.error ?? undefined) as ErrorKey | undefined,
    webhook: row.webhook ?? undefined,
    errorValues: row.error_values === null ? {} : (JSON.parse(row.error_values) as Job['errorValues']),
  };
}

export function wholeOf(row: Whole): WholeJob {
  return {
    ...headOf(row),
    request: JSON.parse(row.request) as unknown,
    result: row.result === null ? undefined : (JSON.parse(row.result) as unknown),
    saved: row.saved === null ? [] : (JSON.parse(row.saved) as SavedPart[]),
    material: typeof row.material === 'string' ? (JSON.parse(row.material) as unknown) : undefined,
  };
}
