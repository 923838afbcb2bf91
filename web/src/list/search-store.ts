/** Looks for words in what was said; the newest question alone is answered. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { isRecord, textOf } from '../../../shared/client/message.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Asking } from '../connection/page-line.ts';

/** Someone who types is not asked after for each letter. */
const PAUSE_MS = 250;

export interface Found {
  readonly conversation: string;
  /** Undefined when the title was found. */
  readonly message: string | undefined;
  readonly title: string;
  /** One after the other they are a part of the text. */
  readonly passage: readonly { readonly text: string; readonly isHit: boolean }[];
}

export class SearchStore {
  /** Empty: nothing is looked for. */
  readonly query: ReadonlySignal<string>;
  /** Undefined until the answer has come. */
  readonly found: ReadonlySignal<readonly Found[] | undefined>;
  /** Texts were not looked at, since they are still being indexed. */
  readonly isIncomplete: ReadonlySignal<boolean>;
  readonly #query = signal('');
  readonly #found: Signal<readonly Found[] | undefined> = signal(undefined);
  readonly #isIncomplete = signal(false);
  readonly #line: Pick<Asking, 'ask'>;
  readonly #clock: Pick<Clock, 'after'>;
  #cancel: (() => void) | undefined;

  constructor(line: Pick<Asking, 'ask'>, clock: Pick<Clock, 'after'>) {
    this.query = this.#query;
    this.found = this.#found;
    this.isIncomplete = this.#isIncomplete;
    this.#line = line;
    this.#clock = clock;
  }

  look(query: string): void {
    this.#cancel?.();
    this.#query.value = query;
    if (query.trim() === '') this.#found.value = undefined;
    else this.#cancel = this.#clock.after(PAUSE_MS, () => void this.#ask(query));
  }

  async #ask(query: string): Promise<void> {
    const outcome = await this.#line.ask('conversations.search', { query });
    if (!outcome.ok || this.#query.peek() !== query) return;
    const { results, isIncomplete } = outcome.result;
    this.#isIncomplete.value = isIncomplete === true;
    this.#found.value = Array.isArray(results) ? results.filter(isRecord).map(foundOf) : [];
  }
}

function foundOf({ conversation, message, title, passage }: Readonly<Record<string, unknown>>): Found {
  const parts = Array.isArray(passage) ? passage.filter(isRecord) : [];
  return {
    conversation: textOf(conversation),
    message: textOf(message) || undefined,
    title: textOf(title),
    passage: parts.map(({ text, hit }) => ({ text: textOf(text), isHit: hit === true })),
  };
}
