/**
 * Locks among the windows of one browser. Pages that came without TLS from another machine have no
 * `navigator.locks`; there, the windows ask each other: a lock is free when no window answers that it holds
 * it. A window that crashed holds nothing.
 */
import type { Clock } from '../../../shared/clock.ts';
import { isRecord } from '../../../shared/client/message.ts';

/** The part of `LockManager` that is used. */
export interface Locks {
  request(
    name: string,
    options: { signal: AbortSignal } | { ifAvailable: true },
    /** With `ifAvailable`, null says that the lock is taken. */
    run: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown>;
}

/** The part of `BroadcastChannel` that is used. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** How long other windows have to answer; a message between two windows takes a few milliseconds. */
const ANSWER_MS = 80;

export class ChannelLocks implements Locks {
  readonly #channel: Channel;
  readonly #after: Clock['after'];
  readonly #id: string;
  readonly #held = new Set<string>();
  /** Locks that are asked for, with what to do when another window answers. */
  readonly #asking = new Map<string, () => void>();

  /** `id` distinguishes the windows: of two that ask at the same moment, the lower one wins. */
  constructor(channel: Channel, after: Clock['after'], id: string) {
    this.#channel = channel;
    this.#after = after;
    this.#id = id;
    channel.addEventListener('message', ({ data }) => this.#receive(data));
  }

  async request(
    name: string,
    options: { signal: AbortSignal } | { ifAvailable: true },
    run: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> {
    while (!(await this.#isFree(name))) {
      if ('ifAvailable' in options) return run(null);
      options.signal.throwIfAborted();
    }
    try {
      return await run({});
    } finally {
      this.#held.delete(name);
    }
  }

  /** If so, it is held from then on. */
  #isFree(name: string): Promise<boolean> {
    if (this.#held.has(name) || this.#asking.has(name)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const decide = (free: boolean) => {
        cancel();
        this.#asking.delete(name);
        if (free) this.#held.add(name);
        resolve(free);
      };
      const cancel = this.#after(ANSWER_MS, () => decide(true));
      this.#asking.set(name, () => decide(false));
      this.#channel.postMessage({ ask: name, from: this.#id });
    });
  }

  #receive(message: unknown): void {
    if (!isRecord(message)) return;
    const { ask, taken, from } = message;
    if (typeof ask === 'string' && typeof from === 'string') {
      const loses = this.#id > from ? this.#asking.get(ask) : undefined;
      if (loses) loses();
      else if (this.#held.has(ask) || this.#asking.has(ask)) this.#channel.postMessage({ taken: ask });
    } else if (typeof taken === 'string') {
      this.#asking.get(taken)?.();
    }
  }
}
