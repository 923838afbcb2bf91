/** Reads a shared conversation over HTTP: without a session, and without anything that says who reads. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { isRecord, textOf } from '../../../shared/client/message.ts';

/** Pages that are read before anything is shown; what comes before them is read when it is asked for. */
const PAGES_AT_ONCE = 20;

export interface SharedMessage {
  readonly isUser: boolean;
  /** Empty when it was erased. */
  readonly text: string;
}

export interface Shared {
  readonly title: string;
  /** Oldest first. */
  readonly messages: readonly SharedMessage[];
  /** Gives what comes before them; undefined when nothing does. */
  readonly earlier: string | undefined;
}

export type ShareReading =
  | { readonly name: 'reading' }
  | { readonly name: 'shown'; readonly shared: Shared }
  /** Withdrawn, or never made. */
  | { readonly name: 'gone' }
  /** The server cannot be asked right now. */
  | { readonly name: 'away' };

export interface ShareReaderOptions {
  readonly share: string;
  /** The address of the page's root. */
  readonly root: URL;
  readonly fetch: typeof fetch;
}

type Page = { readonly shared: Shared } | 'gone' | 'away';

export class ShareReader {
  readonly reading: ReadonlySignal<ShareReading>;
  readonly #reading: Signal<ShareReading> = signal({ name: 'reading' });
  readonly #options: ShareReaderOptions;
  #isAsking = false;

  constructor(options: ShareReaderOptions) {
    this.#options = options;
    this.reading = this.#reading;
  }

  async read(): Promise<void> {
    const before = this.#reading.peek();
    await this.#readOn(before.name === 'shown' ? before.shared : undefined);
  }

  /** A reader who comes back sees whether it may still be read. */
  async check(): Promise<void> {
    if (this.#isAsking || this.#reading.peek().name !== 'shown') return;
    if ((await this.#page(undefined)) === 'gone') this.#reading.value = { name: 'gone' };
  }

  async #readOn(known: Shared | undefined): Promise<void> {
    if (this.#isAsking || (known && known.earlier === undefined)) return;
    this.#isAsking = true;
    let shared = known;
    for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
      const page = await this.#page(shared?.earlier);
      if (typeof page === 'string') {
        // What was read already stays, unless it may not be read any more.
        if (page === 'gone' || !shared) this.#reading.value = { name: page };
        else this.#reading.value = { name: 'shown', shared };
        this.#isAsking = false;
        return;
      }
      shared = { ...page.shared, messages: [...page.shared.messages, ...(shared?.messages ?? [])] };
      if (shared.earlier === undefined) break;
    }
    this.#isAsking = false;
    if (shared) this.#reading.value = { name: 'shown', shared };
  }

  async #page(cursor: string | undefined): Promise<Page> {
    const { share, root, fetch: get } = this.#options;
    const address = new URL(`shares/${encodeURIComponent(share)}`, root);
    if (cursor !== undefined) address.searchParams.set('cursor', cursor);
    try {
      const response = await get(address, { credentials: 'omit', cache: 'no-store' });
      if (response.status === 404) return 'gone';
      const body: unknown = response.ok ? await response.json() : undefined;
      return isRecord(body) ? { shared: sharedOf(body) } : 'away';
    } catch {
      return 'away';
    }
  }
}

function sharedOf({ title, messages, nextCursor }: Readonly<Record<string, unknown>>): Shared {
  const all = Array.isArray(messages) ? messages.filter(isRecord) : [];
  return {
    title: textOf(title),
    messages: all.map(({ role, text }) => ({ isUser: role === 'user', text: textOf(text) })),
    earlier: textOf(nextCursor) || undefined,
  };
}
