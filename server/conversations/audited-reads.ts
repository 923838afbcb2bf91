/** Reads of what belongs to somebody else. Each is written down before anything is shown. */
import type { Clock } from '../../shared/clock.ts';
import type { Store } from '../store/store.ts';

export interface AuditedRead {
  /** The id of the user who reads, or `operator`. */
  readonly actor: string;
  readonly action: 'conversations' | 'messages';
  /** Whose it is. */
  readonly owner: string;
  readonly conversation?: string;
}

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
  async record({ actor, action, owner, conversation }: AuditedRead): Promise<void> {
    const { store, clock, newTimedId } = this.#options;
    const row = { id: newTimedId(), at: clock.now(), actor, action, owner };
    await store.write([
      store.db
        .insertInto('audit')
        .values({ ...row, conversation: conversation ?? null })
        .compile(),
    ]);
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
}
