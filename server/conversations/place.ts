/**
 * Where a device stands in the tree of a conversation. One that stands at the newest message follows when
 * another goes on from there, or makes another version; when another has gone on from elsewhere at the same
 * time, each stays on its own branch.
 */
import type { History } from './history.ts';

/** Whose place it is: a device has one for all its sessions. */
export type PlaceHolder = { readonly device: string } | { readonly session: string };

export function keyOf(holder: PlaceHolder): string {
  return 'device' in holder ? `device:${holder.device}` : `session:${holder.session}`;
}

/** Turns that follow each other, in the order in which they end. */
export class Thread {
  /** The message that the next turn follows; null: none. */
  leaf: number | null;
  /** What was said up to there; undefined until it was read. */
  history: History | undefined;
  /** It began at a message that was named, so that other branches may begin there too. */
  readonly isBranch: boolean;

  constructor(leaf: number | null, isBranch: boolean) {
    this.leaf = leaf;
    this.isBranch = isBranch;
  }
}

export class Place {
  /** Its place is kept in the store; undefined: that of a session, which ends with it. */
  readonly device: string | undefined;
  /** Undefined: the newest message, whichever that is. */
  #message: number | undefined;
  /** Of the turns that are under way. */
  #thread: Thread | undefined;
  #turns = 0;

  constructor(device: string | undefined, message: number | undefined) {
    this.device = device;
    this.#message = message;
  }

  /** The message that the next turn follows; null: none. */
  leaf(newest: number | null): number | null {
    if (this.#thread) return this.#thread.leaf;
    return this.#message ?? newest;
  }

  /** Whether it stands at a message of its own choice. */
  get isFixed(): boolean {
    return this.#message !== undefined;
  }

  /**
   * A turn begins. Turns that run at once follow each other, unless `at` names the message that this one
   * follows.
   */
  begin(newest: number | null, at?: number | null): Thread {
    if (at !== undefined || !this.#thread) {
      this.#thread = new Thread(at === undefined ? this.leaf(newest) : at, at !== undefined);
      this.#turns = 0;
    }
    this.#turns += 1;
    return this.#thread;
  }

  /** The answer of the thread's turn is the newest message, and the place is there if it has not moved. */
  arrive(thread: Thread): void {
    if (this.#thread === thread) this.#message = undefined;
  }

  holds(thread: Thread): boolean {
    return this.#thread === thread;
  }

  end(thread: Thread): void {
    if (this.#thread !== thread) return;
    this.#turns -= 1;
    if (this.#turns === 0) this.#thread = undefined;
  }

  /** A device that follows the newest message stays at this one instead. */
  stay(message: number): void {
    this.#message ??= message;
  }

  /** What runs goes on where it was. Undefined: to the newest message, whichever that is. */
  moveTo(message: number | undefined): void {
    this.#message = message;
    this.#thread = undefined;
  }
}
