/** Single events of the last days, newest first. */
import type { ExpressionBuilder } from 'kysely';
import type { Tables, UsageEventRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { EVERYBODY } from './rollup-rows.ts';
import type { Kind, UsageKinds } from './usage-kinds.ts';

const DELETED_AT_ONCE = 2_000;

export interface EventPlace {
  readonly at: number;
  readonly number: number;
}

export interface EventFilter {
  readonly account: number;
  /** Milliseconds since 1970; `to` is left out. */
  readonly from: number;
  readonly to: number;
  readonly service?: string | undefined;
  readonly model?: string | undefined;
  readonly outcome?: string | undefined;
}

export interface FoundEvent extends UsageEventRow {
  /** `user:ID` or `guest:ID`; null of an account that nobody has. */
  readonly owner: string | null;
  /** Of its account. */
  readonly name: string;
}

export interface EventPage {
  readonly events: readonly { readonly row: FoundEvent; readonly kind: Kind }[];
  readonly next: EventPlace | undefined;
}

export class UsageEvents {
  readonly #store: Store;
  readonly #kinds: UsageKinds;

  constructor(store: Store, kinds: UsageKinds) {
    this.#store = store;
    this.#kinds = kinds;
  }

  async page(filter: EventFilter, after: EventPlace | undefined, limit: number): Promise<EventPage> {
    const { account, from, to, service, model, outcome } = filter;
    let query = this.#store.db
      .selectFrom('usage_events')
      .innerJoin('accounts', 'accounts.number', 'usage_events.account')
      .selectAll('usage_events')
      .select(['accounts.owner', 'accounts.name'])
      .where('at', '>=', from)
      .where('at', '<', to);
    if (account !== EVERYBODY) query = query.where('account', '=', account);
    if (service !== undefined) query = query.where('kind', 'in', this.#kindsWhere({ service }));
    if (model !== undefined) query = query.where('kind', 'in', this.#kindsWhere({ model }));
    if (outcome !== undefined) query = query.where('kind', 'in', this.#kindsWhere({ outcome }));
    if (after) query = query.where((each) => isBefore(each, after));
    const rows = await query
      .orderBy('at', 'desc')
      .orderBy('usage_events.number', 'desc')
      .limit(limit + 1)
      .execute();
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      events: shown.map((row) => ({ row, kind: this.#kinds.of(row.kind) })),
      next: last && { at: last.at, number: last.number },
    };
  }

  /** Whether another service has told of this request before. */
  async hasRequest(request: string): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('usage_events')
      .select('number')
      .where('request', '=', request)
      .where('document', 'is not', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Events from before that time. */
  async deleteOld(before: number): Promise<number> {
    const { db } = this.#store;
    for (let deleted = 0; ;) {
      const old = await db
        .selectFrom('usage_events')
        .select(['at', 'number'])
        .where('at', '<', before)
        .orderBy('at')
        .orderBy('number')
        .limit(DELETED_AT_ONCE)
        .execute();
      const last = old.at(-1);
      if (!last) return deleted;
      const upTo = db
        .deleteFrom('usage_events')
        .where((each) =>
          each.or([
            each('at', '<', last.at),
            each.and([each('at', '=', last.at), each('number', '<=', last.number)]),
          ]),
        );
      await this.#store.write([upTo.compile()], { lazy: true });
      deleted += old.length;
    }
  }

  /** Everything of a person: what everybody has used together stays as it is. */
  async forget(account: number): Promise<void> {
    const { db } = this.#store;
    await this.#store.write([
      db.deleteFrom('usage_events').where('account', '=', account).compile(),
      db.deleteFrom('usage_rollups').where('account', '=', account).compile(),
      db.deleteFrom('usage_unfolded').where('account', '=', account).compile(),
    ]);
  }

  #kindsWhere(wanted: Partial<Pick<Kind, 'service' | 'model' | 'outcome'>>) {
    let query = this.#store.db.selectFrom('usage_kinds').select('usage_kinds.number');
    if (wanted.service !== undefined) query = query.where('service', '=', wanted.service);
    if (wanted.model !== undefined) query = query.where('model', '=', wanted.model);
    if (wanted.outcome !== undefined) query = query.where('outcome', '=', wanted.outcome);
    return query;
  }
}

function isBefore(each: ExpressionBuilder<Tables, 'usage_events' | 'accounts'>, { at, number }: EventPlace) {
  return each.or([
    each('at', '<', at),
    each.and([each('at', '=', at), each('usage_events.number', '<', number)]),
  ]);
}
