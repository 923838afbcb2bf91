/** What the conversation that is shown is called, and whether it takes messages; it follows every change. */
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Asking } from '../connection/page-line.ts';
import { summaryOf, type Summary } from '../connection/summary.ts';
import type { ChatState } from './chat-state.ts';
import { addressOf } from './opener.ts';

/** About as long as the titles that the server makes. */
const TITLE_CHARACTERS = 60;

export interface CurrentOptions {
  readonly line: Pick<Asking, 'ask' | 'subscribe' | 'state'>;
  readonly chat: ReadonlySignal<ChatState>;
  /** Changes when words were erased, which may have been its title. */
  readonly forgotten: ReadonlySignal<number>;
  /** The conversation that is shown was deleted, here or elsewhere. */
  readonly deleted: () => void;
}

export class CurrentSummary {
  /** Undefined before the first message, and while it is not known. */
  readonly summary: ReadonlySignal<Summary | undefined>;
  readonly #summary: Signal<Summary | undefined> = signal(undefined);
  readonly #id: ReadonlySignal<string | undefined>;
  readonly #options: CurrentOptions;
  /** How often it was changed or told of. */
  #changes = 0;

  constructor(options: CurrentOptions) {
    const { line, chat, forgotten } = options;
    this.#options = options;
    this.summary = this.#summary;
    this.#id = computed(() => addressOf(chat.value));
    line.subscribe({ notification: (method, params) => this.#notified(method, params) });
    const isReady = computed(() => line.state.value.name === 'ready');
    // The first turn gives it its title, and every turn its time: only other sessions are told of that.
    const isAnswering = computed(() => chat.value.live !== undefined);
    effect(() => {
      const id = this.#id.value;
      void forgotten.value;
      const wanted = isReady.value && !isAnswering.value ? id : undefined;
      untracked(() => {
        if (this.#summary.peek()?.id !== id) this.#summary.value = begun(chat.peek(), id);
        if (wanted !== undefined) void this.#read(wanted);
      });
    });
  }

  /** As this window has just changed it. */
  take(summary: Summary): void {
    if (summary.id !== this.#id.peek()) return;
    this.#changes += 1;
    this.#summary.value = summary;
  }

  async #read(conversation: string): Promise<void> {
    const changes = this.#changes;
    const outcome = await this.#options.line.ask('conversations.get', { conversation });
    if (!outcome.ok || conversation !== this.#id.peek()) return;
    // The answer may be older than what was told meanwhile, or newer.
    if (changes === this.#changes) this.#told(outcome.result);
    else await this.#read(conversation);
  }

  #notified(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method !== 'conversation.changed') return;
    this.#told(params['conversation']);
    const id = this.#id.peek();
    if (id !== undefined && params['deleted'] === id) this.#options.deleted();
  }

  #told(value: unknown): void {
    const summary = summaryOf(value);
    if (summary) this.take(summary);
  }
}

/** The server has it once its first message is answered; until then it is known here alone. */
function begun({ live, pages, settings }: ChatState, id: string | undefined): Summary | undefined {
  if (id === undefined || !live || pages.flat().length > 1) return undefined;
  const title = live.text.trim().split('\n', 1).join().slice(0, TITLE_CHARACTERS);
  return {
    id,
    title,
    status: 'open',
    isPinned: false,
    folder: '',
    route: settings?.route ?? '',
    persona: settings?.persona ?? '',
    updatedAtMs: live.sentAtMs,
  };
}
