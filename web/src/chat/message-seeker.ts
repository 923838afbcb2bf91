/** Brings a message into sight, wherever in the conversation it is. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Ask } from '../../../shared/client/client.ts';
import { items, type ChatState } from './chat-state.ts';
import { addressOf, type Opener } from './opener.ts';
import { keptPageOf } from './recalled.ts';
import type { Turn } from './turn.ts';

/** So many pages of earlier messages are read to reach it. */
const PAGES_MAX = 100;

export interface MessageSeekerOptions {
  readonly ask: Ask;
  readonly state: () => ChatState;
  readonly opener: Pick<Opener, 'readEarlier'>;
  readonly goTo: (message: string) => Promise<boolean>;
}

export class MessageSeeker {
  /** The id of the turn that is to be shown; the page takes it once it has shown it. */
  readonly sought: ReadonlySignal<string | undefined>;
  readonly #sought: Signal<string | undefined> = signal(undefined);
  readonly #options: MessageSeekerOptions;

  constructor(options: MessageSeekerOptions) {
    this.#options = options;
    this.sought = this.#sought;
  }

  shown(): void {
    this.#sought.value = undefined;
  }

  async seek(conversation: string, message: string): Promise<void> {
    const { state, opener } = this.#options;
    if (addressOf(state()) !== conversation) return;
    if (!this.#find(message) && !(await this.#isOnBranch(conversation, message))) {
      if (!(await this.#options.goTo(message))) return;
    }
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { earlier, conversation: shown } = state();
      const found = this.#find(message);
      if (found) this.#sought.value = found.id;
      if (found || earlier === undefined || shown !== conversation) return;
      await opener.readEarlier();
      if (state().earlier === earlier) return;
    }
  }

  #find(message: string): Turn | undefined {
    const is = ({ promptMessage, answerMessage }: Turn) =>
      promptMessage === message || answerMessage === message;
    const found = items(this.#options.state()).find((item) => item.kind === 'turn' && is(item));
    return found?.kind === 'turn' ? found : undefined;
  }

  /** Whether it stands above what is shown, and not on another branch. */
  async #isOnBranch(conversation: string, message: string): Promise<boolean> {
    const outcome = await this.#options.ask('conversations.messages', { conversation, message });
    const end = outcome.ok ? keptPageOf(outcome.result).turns.at(-1)?.answerMessage : undefined;
    return end !== undefined && this.#find(end) !== undefined;
  }
}
