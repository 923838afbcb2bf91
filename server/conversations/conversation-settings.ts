/** What the owner of a conversation has set for it, as every message in it needs it. */
import { LRUCache } from 'lru-cache';
import type { Store } from '../store/store.ts';
import type { ConversationStatus } from '../store/schema.ts';

export const SETTINGS_LIMITS = {
  /** UTF-16 code units of all that are remembered. */
  charactersMax: 4 * 1024 * 1024,
  entryCharacters: 200,
} as const;

export interface ConversationSetting {
  readonly status: ConversationStatus;
  readonly route: string | null;
  readonly persona: string | null;
  readonly instructions: string;
  readonly folderInstructions: string;
}

export const NO_SETTING: ConversationSetting = {
  status: 'open',
  route: null,
  persona: null,
  instructions: '',
  folderInstructions: '',
};

export class ConversationSettings {
  readonly #store: Store;
  readonly #known = new LRUCache<number, ConversationSetting>({
    maxSize: SETTINGS_LIMITS.charactersMax,
    sizeCalculation: ({ instructions, folderInstructions }) =>
      instructions.length + folderInstructions.length + SETTINGS_LIMITS.entryCharacters,
  });
  /** Something was changed while a row was read. */
  #changes = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** At once when it is known; otherwise reads one row. */
  of(conversation: number): ConversationSetting | Promise<ConversationSetting> {
    return this.#known.get(conversation) ?? this.#read(conversation);
  }

  /** Its row has just been written with this, and nobody else has seen it yet. */
  began(conversation: number, given: Partial<ConversationSetting>): void {
    this.#known.set(conversation, { ...NO_SETTING, ...given });
  }

  /** To be called after every change: of one conversation, or of a folder or an owner. */
  changed(conversation?: number): void {
    this.#changes += 1;
    if (conversation === undefined) this.#known.clear();
    else this.#known.delete(conversation);
  }

  async #read(conversation: number): Promise<ConversationSetting> {
    const changes = this.#changes;
    const row = await this.#store.db
      .selectFrom('conversations')
      .leftJoin('folders', 'folders.number', 'conversations.folder')
      .select(['conversations.status', 'conversations.route', 'conversations.persona'])
      .select(['conversations.instructions', 'folders.instructions as folderInstructions'])
      .where('conversations.number', '=', conversation)
      .executeTakeFirst();
    if (!row) return NO_SETTING;
    const setting = { ...row, folderInstructions: row.folderInstructions ?? '' };
    if (changes === this.#changes) this.#known.set(conversation, setting);
    return setting;
  }
}
