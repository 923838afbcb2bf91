/** The conversations of an owner as a list: pages of them, and what their owner may change. */
import { sql } from 'kysely';
import type { ConversationStatus } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { encodePlace, type Place } from './list-cursor.ts';

export const LIST_LIMITS = {
  /** The first page shows all of them. */
  pinnedMax: 50,
  /** Conversations of one owner. */
  conversationsMax: 100_000,
} as const;

export interface ListedConversation {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly pinned: number;
  /** The id of its folder. */
  readonly folder: string | null;
  readonly route: string | null;
  readonly persona: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ListRequest {
  readonly folder?: number | undefined;
  /** All but the archived ones when undefined. */
  readonly status?: ConversationStatus | undefined;
  readonly after?: Place | undefined;
  readonly limit: number;
}

export interface ListPage {
  readonly conversations: readonly ListedConversation[];
  readonly nextCursor: string | undefined;
}

/** What its owner may set. A member that is undefined stays as it is. */
export interface ConversationChanges {
  readonly title?: string | undefined;
  readonly pinned?: boolean | undefined;
  readonly status?: ConversationStatus | undefined;
  /** The number of a folder. */
  readonly folder?: number | null | undefined;
  readonly route?: string | null | undefined;
  readonly persona?: string | null | undefined;
  readonly instructions?: string | undefined;
}

export interface NewConversation extends ConversationChanges {
  readonly number: number;
  readonly id: string;
  readonly owner: string;
  readonly at: number;
}

export class ConversationLists {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The first page begins with what is pinned, however much that is. */
  async page(owner: string, request: ListRequest): Promise<ListPage> {
    const pinned = request.after ? [] : await this.#pinned(owner, request);
    const rows = await this.#notPinned(owner, request);
    const isMore = rows.length > request.limit;
    const shown = rows.slice(0, request.limit);
    const last = shown.at(-1);
    const nextCursor = isMore && last ? encodePlace({ at: last.updatedAt, number: last.number }) : undefined;
    return { conversations: [...pinned, ...shown], nextCursor };
  }

  byId(id: string, owner: string): Promise<ListedConversation | undefined> {
    return this.#listed(owner).where('conversations.id', '=', id).executeTakeFirst();
  }

  /** What the model is told in a conversation. */
  async instructionsOf(conversation: number): Promise<string> {
    const { db } = this.#store;
    const query = db.selectFrom('conversations').select('instructions').where('number', '=', conversation);
    return (await query.executeTakeFirst())?.instructions ?? '';
  }

  /** Those whose id begins so: as many as are needed to know whether it is one. */
  beginningWith(prefix: string, owner: string): Promise<ListedConversation[]> {
    return this.#listed(owner)
      .where('conversations.id', '>=', prefix)
      .where('conversations.id', '<', `${prefix}~`)
      .limit(2)
      .execute();
  }

  /** How many there are, pinned or not, and how many of them are pinned. */
  async count(owner: string): Promise<{ readonly all: number; readonly pinned: number }> {
    const { all, pinned } = await this.#store.db
      .selectFrom('conversations')
      .select((each) => [
        each.fn.countAll<number>().as('all'),
        each.fn.sum<string | number | null>('pinned').as('pinned'),
      ])
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow();
    return { all, pinned: Number(pinned ?? 0) };
  }

  /** False when the owner has no such conversation. */
  async update(id: string, owner: string, changes: ConversationChanges): Promise<boolean> {
    const values = valuesOf(changes);
    const step = this.#store.db
      .updateTable('conversations')
      // Something has to be set.
      .set((each) => ({ ...values, id: each.ref('id') }))
      .where('id', '=', id)
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null);
    const [changed = 0] = await this.#store.write([step.compile()]);
    return changed > 0;
  }

  /** The title, when it comes from the first words. */
  async titleFromWords(number: number): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('conversations')
      .select('title')
      .where('number', '=', number)
      .where('title_source', '=', 'words')
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row?.title;
  }

  /** A title by the model, unless somebody was faster; false then. */
  async replaceTitle(number: number, from: string, title: string): Promise<boolean> {
    const step = this.#store.db
      .updateTable('conversations')
      .set({ title, title_source: 'model' })
      .where('number', '=', number)
      .where('title', '=', from)
      .where('title_source', '=', 'words')
      .where('deleted_at', 'is', null);
    const [changed = 0] = await this.#store.write([step.compile()]);
    return changed > 0;
  }

  async create({ number, id, owner, at, ...changes }: NewConversation): Promise<void> {
    const row = { number, id, owner, title: '', status: 'open', created_at: at, updated_at: at } as const;
    const step = this.#store.db.insertInto('conversations').values({ ...row, ...valuesOf(changes) });
    await this.#store.write([step.compile()]);
  }

  #pinned(owner: string, request: ListRequest): Promise<ListedConversation[]> {
    const query = this.#filtered(owner, request).where('conversations.pinned', '=', sql.lit(1));
    return query.limit(LIST_LIMITS.pinnedMax).execute();
  }

  /** One more than asked for, if there is one. */
  #notPinned(owner: string, request: ListRequest): Promise<ListedConversation[]> {
    const { after, limit } = request;
    const query = this.#filtered(owner, request).where('conversations.pinned', '=', sql.lit(0));
    const isAfter = (place: Place) =>
      sql<boolean>`(conversations.updated_at, conversations.number) < (${place.at}, ${place.number})`;
    return (after ? query.where(isAfter(after)) : query).limit(limit + 1).execute();
  }

  /** Newest first. The conditions of partial indexes are literals, as in their definitions. */
  #filtered(owner: string, { folder, status }: ListRequest) {
    const all = this.#listed(owner);
    const inFolder = folder === undefined ? all : all.where('conversations.folder', '=', folder);
    const query =
      status === undefined
        ? inFolder.where('conversations.status', '<>', sql.lit('archived'))
        : inFolder.where('conversations.status', '=', status);
    return query.orderBy('conversations.updated_at', 'desc').orderBy('conversations.number', 'desc');
  }

  #listed(owner: string) {
    return this.#store.db
      .selectFrom('conversations')
      .leftJoin('folders', 'folders.number', 'conversations.folder')
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .select(['conversations.number', 'conversations.id', 'conversations.title', 'conversations.status'])
      .select([
        'conversations.pinned',
        'folders.id as folder',
        'conversations.route',
        'conversations.persona',
      ])
      .select(['conversations.created_at as createdAt', 'conversations.updated_at as updatedAt']);
  }
}

function valuesOf({ title, pinned, ...changes }: ConversationChanges) {
  const named = title === undefined ? {} : { title, title_source: 'owner' as const };
  const values = { ...named, ...changes, pinned: pinned === undefined ? undefined : Number(pinned) };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
