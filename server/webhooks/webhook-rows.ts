/** Webhooks in the store: each is a part of the row of its job, and goes with it. */
import { sql, type Selectable } from 'kysely';
import type { WebhookFault } from '../../shared/operations/webhook-shapes.ts';
import type { Job } from '../jobs/job.ts';
import { headOf, JOB_HEAD } from '../jobs/job-repository.ts';
import type { JobRow } from '../store/job-schema.ts';
import type { Store } from '../store/store.ts';

export interface Try {
  readonly at: number;
  readonly ms: number;
  readonly status?: number | undefined;
  readonly fault?: WebhookFault | undefined;
}

export interface Webhook {
  readonly job: Job;
  readonly url: string;
  readonly status: 'delivered' | 'failed' | undefined;
  readonly next: number | undefined;
  readonly attempts: number;
  readonly tries: readonly Try[];
}

/** Whose webhooks to which receiver, and when the first of them is due. */
export interface DueTo {
  readonly owner: string;
  readonly host: string;
  readonly at: number;
}

const COLUMNS = [
  ...JOB_HEAD,
  'webhook_status',
  'webhook_next',
  'webhook_attempts',
  'webhook_tries',
] as const satisfies readonly (keyof JobRow)[];

export class WebhookRows {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async due(): Promise<DueTo[]> {
    const rows = await this.#store.db
      .selectFrom('jobs')
      .select((each) => ['owner', 'webhook_host as host', each.fn.min('webhook_next').as('at')])
      .where('webhook_next', 'is not', null)
      .groupBy(['owner', 'webhook_host'])
      .execute();
    return rows.map(({ owner, host, at }) => ({ owner, host: host ?? '', at: at ?? 0 }));
  }

  /** The one that is due first, of jobs that the ledger knows to be over. */
  async nextTo({ owner, host }: Omit<DueTo, 'at'>): Promise<Webhook | undefined> {
    const row = await this.#all()
      .where('owner', '=', owner)
      .where('webhook_host', '=', host)
      .where('webhook_next', 'is not', null)
      .where('pending', 'is', null)
      .orderBy('webhook_next')
      .limit(1)
      .executeTakeFirst();
    return row && webhookOf(row);
  }

  async ofJob(number: number): Promise<Webhook | undefined> {
    const row = await this.#all().where('number', '=', number).executeTakeFirst();
    return row && webhookOf(row);
  }

  /** Newest job first. */
  async page(owner: string, { below, limit }: { below: number; limit: number }): Promise<Webhook[]> {
    const rows = this.#all().where('owner', '=', owner).where('number', '<', below);
    return (await rows.orderBy('number', 'desc').limit(limit).execute()).map(webhookOf);
  }

  /** Of one whose job was erased meanwhile nothing is written. */
  async tried(number: number, { status, next, attempts, tries }: Omit<Webhook, 'job' | 'url'>) {
    const row = this.#store.db
      .updateTable('jobs')
      .set({
        webhook_status: status ?? null,
        webhook_next: next ?? null,
        webhook_attempts: attempts,
        webhook_tries: JSON.stringify(tries),
      })
      .where('number', '=', number)
      .where('webhook', 'is not', null);
    await this.#store.write([row.compile()]);
  }

  #all() {
    return this.#store.db
      .selectFrom('jobs')
      .select(COLUMNS)
      .where(sql<boolean>`webhook is not null`);
  }
}

type Row = Pick<Selectable<JobRow>, (typeof COLUMNS)[number]>;

function webhookOf(row: Row): Webhook {
  const job = headOf(row);
  return {
    job,
    url: job.webhook ?? '',
    status: row.webhook_status ?? undefined,
    next: row.webhook_next ?? undefined,
    attempts: row.webhook_attempts,
    tries: row.webhook_tries === null ? [] : (JSON.parse(row.webhook_tries) as Try[]),
  };
}
