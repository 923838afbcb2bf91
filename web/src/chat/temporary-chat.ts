/**
 * A conversation of which nothing is kept: the server has it in memory alone, and this browser only on the
 * screen. It ends when something else is shown, and with the session.
 */
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals';
import { textOf } from '../../../shared/client/message.ts';
import { EMPTY_CHAT, joined, NEW_CONVERSATION, type ChatState } from './chat-state.ts';
import type { ChatStore } from './chat-store.ts';

type Store = Pick<ChatStore, 'ask' | 'chat' | 'setDraft' | 'startNewConversation'> & {
  readonly opener: Pick<ChatStore['opener'], 'begin'>;
};

export class TemporaryChat {
  readonly isOn: ReadonlySignal<boolean>;
  /** The one before ended because its session did. */
  readonly hasEnded: ReadonlySignal<boolean>;
  /** What is shown, without the id of a temporary conversation: it has no address and no place in a list. */
  readonly addressed: ReadonlySignal<ChatState>;
  /** Its id at the server. */
  readonly #id: Signal<string | undefined> = signal(undefined);
  readonly #hasEnded = signal(false);
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.hasEnded = this.#hasEnded;
    this.isOn = computed(() => {
      const { conversation } = store.chat.value;
      const id = this.#id.value;
      return id !== undefined && (conversation === NEW_CONVERSATION || conversation === id);
    });
    this.addressed = computed(() => {
      const chat = store.chat.value;
      const isOwn = chat.conversation !== undefined && chat.conversation === this.#id.value;
      return isOwn ? { ...chat, conversation: NEW_CONVERSATION } : chat;
    });
    effect(() => {
      const { pages } = store.chat.value;
      const isLeft = !this.isOn.value;
      untracked(() => {
        if (isLeft) this.#id.value = undefined;
        if (pages.length > 0) this.#hasEnded.value = false;
      });
    });
  }

  /** Without a connection there is none, and it says so. */
  async begin(): Promise<void> {
    this.end();
    const outcome = await this.#store.ask('chat.new', { temporary: true });
    const id = outcome.ok ? textOf(outcome.result['temporary']) : '';
    const { conversation } = this.#store.chat.peek();
    if (conversation !== NEW_CONVERSATION && conversation !== id) return;
    if (id === '') this.#hasEnded.value = true;
    else this.#id.value = id;
  }

  /** The next message begins a conversation that is kept. */
  end(): void {
    this.#store.startNewConversation();
    this.#id.value = undefined;
    this.#hasEnded.value = false;
  }

  /** A new session has begun. What was written and not sent goes back into the composer. */
  sessionStarted(): void {
    if (this.#id.peek() === undefined) return;
    const unsent = this.#store.opener.begin();
    this.#id.value = undefined;
    this.#hasEnded.value = true;
    if (unsent !== '') this.#store.setDraft(joined(unsent, this.#store.chat.peek().draft));
    void this.#store.ask('chat.new', {});
  }
}

/** What may be kept of it. */
export function keptOfTemporary({ revision }: ChatState): ChatState {
  return { ...EMPTY_CHAT, conversation: NEW_CONVERSATION, revision };
}
