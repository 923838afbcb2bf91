import { HiloError } from '../../shared/errors.ts';

export interface SendOnceLimits {
  /** Sends that run at once. */
  readonly runningMax: number;
  /** Finished sends that are remembered. */
  readonly finishedMax: number;
  /** What those may have together: UTF-16 code units of messages and answers. */
  readonly finishedCharactersMax: number;
}

/** What must be the same when a send is repeated. */
export interface SendContent {
  readonly text: string;
  readonly model: string | undefined;
  /** What is done with the text, and where. */
  readonly about: string;
}

interface Entry<Result> extends SendContent {
  readonly owner: string;
  readonly outcome: Promise<Result>;
  /** Once finished. */
  characters: number;
  /** What its owner has asked to erase while it ran: nothing of it is kept. */
  isForgotten: boolean;
}

/**
 * Lets a send with the same owner and client message id happen once: a repeated one gets the outcome of the
 * first, also while that still runs. A send that fails is forgotten, so that the same id can be tried again.
 * Sends that run are never forgotten; of those that are finished the oldest go first.
 */
export class SendOnce<Result extends { readonly text: string }> {
  readonly #limits: SendOnceLimits;
  readonly #running = new Map<string, Entry<Result>>();
  /** In the order in which they ended. */
  readonly #finished = new Map<string, Entry<Result>>();
  #characters = 0;
  #hasForgotten = false;

  constructor(limits: SendOnceLimits) {
    this.#limits = limits;
  }

  /** Whether this object may have forgotten a send that has ended. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  get running(): number {
    return this.#running.size;
  }

  get finished(): number {
    return this.#finished.size;
  }

  /**
   * Rejects with `conflict` when the id was used with other content, with `too_many_pending` past the limit
   * of sends that run, and with `cancelled` when `signal` aborts a repeated send, which leaves the first
   * alone.
   */
  run(
    owner: string,
    id: string,
    content: SendContent & { readonly signal: AbortSignal },
    send: () => Promise<Result>,
  ): Promise<Result> {
    const key = keyOf(owner, id);
    const earlier = this.#running.get(key) ?? this.#finished.get(key);
    if (earlier) return this.#join(earlier, content);
    const { runningMax } = this.#limits;
    if (this.#running.size >= runningMax) {
      return Promise.reject(new HiloError('too_many_pending', { values: { max: runningMax } }));
    }
    const { text, model, about } = content;
    const entry = { owner, text, model, about, outcome: send(), characters: 0, isForgotten: false };
    this.#running.set(key, entry);
    entry.outcome.then(
      (result) => this.#remember(key, entry, result),
      () => this.#running.delete(key),
    );
    return entry.outcome;
  }

  /** Forgets the owner's finished sends and their texts; sends that still run are forgotten when they end. */
  forget(owner: string): void {
    for (const entry of this.#running.values()) if (entry.owner === owner) entry.isForgotten = true;
    for (const [key, entry] of this.#finished) if (entry.owner === owner) this.#drop(key, entry);
  }

  async #join(earlier: Entry<Result>, content: SendContent & { readonly signal: AbortSignal }) {
    const { text, model, about, signal } = content;
    if (earlier.text !== text || earlier.model !== model || earlier.about !== about) {
      throw new HiloError('conflict');
    }
    return unlessAborted(earlier.outcome, signal);
  }

  #remember(key: string, entry: Entry<Result>, { text }: Result): void {
    this.#running.delete(key);
    if (entry.isForgotten) {
      this.#hasForgotten = true;
      return;
    }
    entry.characters = entry.text.length + text.length;
    this.#finished.set(key, entry);
    this.#characters += entry.characters;
    const { finishedMax, finishedCharactersMax } = this.#limits;
    for (const [oldest, one] of this.#finished) {
      if (this.#finished.size <= finishedMax && this.#characters <= finishedCharactersMax) return;
      this.#drop(oldest, one);
    }
  }

  #drop(key: string, { characters }: Entry<Result>): void {
    this.#hasForgotten = true;
    this.#finished.delete(key);
    this.#characters -= characters;
  }
}

/** Others choose both parts, so the border between them must be unmistakable. */
function keyOf(owner: string, id: string): string {
  return `${owner.length}:${owner}:${id}`;
}

async function unlessAborted<Value>(outcome: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new HiloError('cancelled'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
