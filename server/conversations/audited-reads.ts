/** What administrators look at and change. A look is written down before anything is shown. */
import type { Clock } from '../../shared/clock.ts';
import type { Step } from '../store/batch.ts';
import type { AuditRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

export interface AuditedRead {
  /** The id of the user who acts, or `operator`. */
  readonly actor: string;
  readonly action: AuditRow['action'];
  /** Whose it is; empty for what belongs to nobody. */
  readonly owner: string;
  readonly conversation?: string;
  /** What became of it. */
  readonly detail?: string;
}

export type AuditEntry = Readonly<AuditRow>;

export interface AuditedReadsOptions {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  /** UUIDv7. */
  readonly newTimedId: () => string;
}

export class AuditedReads {
  readonly #options: AuditedReadsOptions;

  constructor(options: AuditedReadsOptions) {
    this.#options = options;
  }

  /** Resolves when the row is durable. */
  async record(entry: AuditedRead): Promise<void> {
    await this.#options.store.write([this.#insertion(entry)]);
  }

  /** Newest first; of one owner, or of all. */
  page(owner: string | undefined, before: string | undefined, limit: number): Promise<readonly AuditEntry[]> {
    const newest = this.#options.store.db
      .selectFrom('audit')
      .select(['id', 'at', 'actor', 'action', 'owner', 'conversation', 'detail'])
      .orderBy('id', 'desc')
      .limit(limit);
    const own = owner === undefined ? newest : newest.where('owner', '=', owner);
    return (before === undefined ? own : own.where('id', '<', before)).execute();
  }

  /** Whose a conversation is; undefined when there is none. */
  async ownerOf(conversation: string): Promise<string | undefined> {
    const found = await this.#options.store.db
      .selectFrom('conversations')
      .select('owner')
      .where('id', '=', conversation)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return found?.owner;
  }

  #insertion({ actor, action, owner, conversation, detail = '' }: AuditedRead): Step {
    const { store, clock, newTimedId } = this.#options;
    const row = { id: newTimedId(), at: clock.now(), actor, action, owner, detail };
    return store.db
      .insertInto('audit')
      .values({ ...row, conversation: conversation ?? null })
      .compile();
  }
}
