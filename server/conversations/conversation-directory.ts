/**
 * The conversations that are in use, and those that were in use recently. Only windows of the branches in use
 * are read, so that continuing a long conversation costs no more than continuing a short one. The memory for
 * all of them together is bounded; the rest is read again when needed.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../shared/clock.ts';
import { BranchWindows } from './branch-windows.ts';
import { Conversation, type BranchReader } from './conversation.ts';
import type { HistoryLimits } from './history.ts';

/** How much of the characters for branches is kept for temporary conversations. */
const TEMPORARY_SHARE = 0.25;

/** Conversations that are kept although nobody uses them, without the windows of their branches. */
const IDLE_CONVERSATIONS_MAX = 20_000;

export interface StoredConversation {
  readonly number: number;
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** The newest answer with words, whatever its branch. */
  readonly newest: number | null;
}

/** An exchange of a conversation whose texts still exist. */
export interface PlacedExchange {
  readonly number: number;
  /** The id of its entry in the ledger when that does not follow from the number. */
  readonly entryId: string | null;
  /** How many entries the ledger had before that of the exchange. */
  readonly entriesBefore: number;
}

/** What the directory needs of the store. */
export interface ConversationStore extends BranchReader {
  byId(id: string, owner: string): Promise<StoredConversation | undefined>;
  newestOf(owner: string): Promise<{ readonly id: string } | undefined>;
  /** Newest first; none when the owner has no such conversation. */
  exchangesOf(id: string, owner: string): Promise<readonly PlacedExchange[]>;
}

export interface ConversationDirectoryOptions {
  readonly store: ConversationStore;
  readonly limits: HistoryLimits & { readonly conversationsCharactersMax: number };
  readonly clock: Pick<Clock, 'now'>;
  readonly idleMax?: number;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly nextConversation: () => number;
  readonly nextMessage: () => number;
}

interface Loading {
  readonly id: string;
  readonly owner: string;
  readonly conversation: Promise<Conversation | undefined>;
  /** Texts were erased since it was read. */
  isStale: boolean;
}

interface InUse {
  readonly conversation: Conversation;
  users: number;
}

/** A conversation that nobody else finds, until `end`. */
export interface TemporaryConversation {
  readonly conversation: Conversation;
  end(): void;
}

const NOTHING_STORED: BranchReader = {
  window: () => Promise.resolve([]),
  placeOf: () => Promise.resolve(undefined),
};

export class ConversationDirectory {
  readonly #options: ConversationDirectoryOptions;
  readonly #inUse = new Map<string, InUse>();
  /** Those in use may be among them, so that a message does not take its conversation out and put it back. */
  readonly #recent: LRUCache<string, Conversation>;
  readonly #windows: BranchWindows;
  /** When memory is short, what was said in the one that was not used for longest is forgotten. */
  readonly #temporaryWindows: BranchWindows;
  /** By account. */
  readonly #temporary = new Map<string, Set<Conversation>>();
  #temporaryNumbers = 0;
  readonly #loading = new Map<string, Loading>();

  constructor(options: ConversationDirectoryOptions) {
    this.#options = options;
    const { conversationsCharactersMax } = options.limits;
    this.#windows = new BranchWindows(conversationsCharactersMax);
    this.#temporaryWindows = new BranchWindows(Math.floor(conversationsCharactersMax * TEMPORARY_SHARE));
    this.#recent = new LRUCache({
      max: options.idleMax ?? IDLE_CONVERSATIONS_MAX,
      // Erased texts are looked for only in conversations that are known.
      dispose: ({ id, number }) => {
        if (!this.#inUse.has(id)) this.#windows.forget(number);
      },
    });
  }

  /** A new conversation, in use from now on. Its row is written with its first turn. */
  begin(owner: string): Conversation {
    const { newId, nextConversation, clock } = this.#options;
    const facts = { number: nextConversation(), id: newId(), owner, createdAt: clock.now() };
    const conversation = this.#conversation({ ...facts, newest: null }, false);
    this.#inUse.set(conversation.id, { conversation, users: 1 });
    return conversation;
  }

  /** Its numbers are of no row; everything that is said in it is in memory alone. */
  beginTemporary(owner: string, account: string): TemporaryConversation {
    const { newId, limits, clock } = this.#options;
    const nextMessage = () => -(this.#temporaryNumbers += 1);
    const facts = { number: nextMessage(), id: newId(), owner, createdAt: clock.now(), newest: null };
    const parts = { reader: NOTHING_STORED, windows: this.#temporaryWindows, limits, nextMessage };
    const conversation = new Conversation({ ...facts, isStored: false, isTemporary: true }, parts);
    const others = this.#temporary.get(account) ?? new Set();
    this.#temporary.set(account, others.add(conversation));
    const end = () => {
      conversation.hide();
      conversation.forgetAll();
      others.delete(conversation);
      if (others.size === 0) this.#temporary.delete(account);
    };
    return { conversation, end };
  }

  /** Of these exchanges of an account, or of all, nothing is left in temporary conversations. */
  forgetTemporary(account: string, exchanges?: readonly number[]): void {
    for (const conversation of this.#temporary.get(account) ?? []) {
      if (exchanges) conversation.forget(exchanges);
      else conversation.forgetAll();
    }
  }

  /**
   * The conversation with this id, in use until `release`; undefined when its owner has none. A conversation
   * of another owner looks the same as one that does not exist.
   */
  async acquire(id: string, owner: string): Promise<Conversation | undefined> {
    const conversation = this.#known(id) ?? (await this.#load(id, owner));
    if (conversation?.owner !== owner || conversation.isHidden) return undefined;
    // Another caller may have been faster while it was read.
    const inUse = this.#inUse.get(id);
    if (inUse) {
      inUse.users += 1;
      return inUse.conversation;
    }
    const known = this.#recent.peek(id) ?? conversation;
    this.#inUse.set(id, { conversation: known, users: 1 });
    return known;
  }

  /** Ends one use. A conversation without any turn is forgotten. */
  release({ id }: Conversation): void {
    const entry = this.#inUse.get(id);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#inUse.delete(id);
    const { conversation } = entry;
    if (!conversation.isStored || conversation.isHidden) this.#recent.delete(id);
    else if (!this.#recent.has(id)) this.#recent.set(id, conversation);
  }

  /** Whether the owner has a conversation with this id. */
  async owns(id: string, owner: string): Promise<boolean> {
    const known = this.#known(id);
    if (known) return known.owner === owner && !known.isHidden;
    return (await this.#options.store.byId(id, owner)) !== undefined;
  }

  /** Cancels what is being said in a conversation, and keeps nothing of it. Resolves when it has ended. */
  async eraseTurnsIn(id: string, owner: string): Promise<void> {
    const conversation = this.#inUse.get(id)?.conversation;
    if (conversation?.owner === owner) await conversation.eraseTurns();
  }

  /** The same for everything that an account pays, or that is said in conversations of an owner. */
  eraseTurns({ account, owner }: { readonly account: string; readonly owner?: string | null }): void {
    for (const { conversation } of this.#inUse.values()) {
      void conversation.eraseTurns(conversation.owner === owner ? undefined : account);
    }
    for (const conversation of this.#temporary.get(account) ?? []) void conversation.eraseTurns();
  }

  /** They were deleted: nobody can acquire them any more, and their texts leave the memory. */
  hide(ids: readonly string[]): void {
    for (const id of ids) {
      const conversation = this.#inUse.get(id)?.conversation;
      conversation?.hide();
      void conversation?.eraseTurns();
    }
    this.forget(ids);
  }

  /** Everything of one owner belongs to another one from now on. The store is changed by the caller. */
  handOver(from: string, to: string): void {
    for (const loading of this.#loading.values()) loading.isStale ||= loading.owner === from;
    const inUse = Array.from(this.#inUse.values(), ({ conversation }) => conversation);
    for (const conversation of [...inUse, ...this.#recent.values()]) conversation.handOver(from, to);
  }

  isInUse(id: string): boolean {
    return this.#inUse.has(id);
  }

  /** The id of the owner's newest conversation that has been written. */
  async newestOf(owner: string): Promise<string | undefined> {
    return (await this.#options.store.newestOf(owner))?.id;
  }

  /** Newest first; none when the owner has no such conversation. */
  exchangesOf(id: string, owner: string): Promise<readonly PlacedExchange[]> {
    return this.#options.store.exchangesOf(id, owner);
  }

  /** Texts in these conversations were erased: those of a few exchanges, or all. */
  forget(ids: readonly string[], exchanges?: readonly number[]): void {
    for (const loading of this.#loading.values()) loading.isStale ||= ids.includes(loading.id);
    for (const id of ids) {
      const conversation = this.#known(id);
      if (exchanges) conversation?.forget(exchanges);
      else conversation?.forgetAll();
      if (!exchanges) this.#recent.delete(id);
    }
  }

  #known(id: string): Conversation | undefined {
    return this.#inUse.get(id)?.conversation ?? this.#recent.get(id);
  }

  #load(id: string, owner: string): Promise<Conversation | undefined> {
    const key = `${owner} ${id}`;
    const known = this.#loading.get(key);
    if (known) return known.conversation;
    const reading = { id, owner, isStale: false };
    const conversation = this.#readWhole(reading, owner).finally(() => this.#loading.delete(key));
    this.#loading.set(key, Object.assign(reading, { conversation }));
    return conversation;
  }

  async #readWhole(reading: Omit<Loading, 'conversation'>, owner: string) {
    for (;;) {
      reading.isStale = false;
      const conversation = await this.#read(reading.id, owner);
      if (!reading.isStale) return conversation;
    }
  }

  async #read(id: string, owner: string): Promise<Conversation | undefined> {
    const stored = await this.#options.store.byId(id, owner);
    return stored && this.#conversation(stored, true);
  }

  #conversation(stored: StoredConversation, isStored: boolean): Conversation {
    const { store, limits, nextMessage } = this.#options;
    const parts = { reader: store, windows: this.#windows, limits, nextMessage };
    return new Conversation({ ...stored, isStored }, parts);
  }
}
