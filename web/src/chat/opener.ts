/**
 * Leads from one conversation to another, and back in the one that is shown. A message that is still being
 * answered goes on where it was asked: its state is kept here, and shown again when the reader comes back.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Ask } from '../../../shared/client/client.ts';
import type { Params, RequestId } from '../../../shared/client/message.ts';
import { cleared, items, joined, NEW_CONVERSATION, type ChatState } from './chat-state.ts';
import { takenBack } from './live-turn.ts';
import { keptPageOf, precededBy } from './recalled.ts';

export type Opening =
  | { readonly name: 'none' }
  /** Its messages are on their way. */
  | { readonly name: 'reading'; readonly conversation: string }
  /** There is none of that id, or it belongs to somebody else. */
  | { readonly name: 'unknown'; readonly conversation: string }
  /** It was shown here when it was deleted. */
  | { readonly name: 'deleted'; readonly conversation: string };

export interface OpenerOptions {
  readonly ask: Ask;
  readonly state: () => ChatState;
  readonly change: (next: ChatState) => void;
  /** What `conversations.open` has answered. */
  readonly branch: (state: ChatState, result: Params) => ChatState;
  readonly drafts: Drafts;
  /** What is shown has become that of the server. */
  readonly keep: () => void;
}

/** What was written in conversations that are not shown. */
export interface Drafts {
  put(conversation: string, draft: string): void;
  /** Empty when there is none. */
  take(conversation: string): string;
}

const NONE: Opening = { name: 'none' };

export class Opener {
  readonly opening: ReadonlySignal<Opening>;
  /** Grows when something else is shown, and not when what is shown gets its id. */
  readonly shown: ReadonlySignal<number>;
  readonly readingEarlier: ReadonlySignal<boolean>;
  readonly #options: OpenerOptions;
  readonly #opening: Signal<Opening> = signal(NONE);
  readonly #shown = signal(0);
  readonly #readingEarlier = signal(false);
  /** Conversations that were left while an answer was on its way, by its request. */
  readonly #away = new Map<RequestId, ChatState>();

  constructor(options: OpenerOptions) {
    this.#options = options;
    this.opening = this.#opening;
    this.shown = this.#shown;
    this.readingEarlier = this.#readingEarlier;
  }

  /** Shows that conversation as soon as there is a connection. */
  async open(conversation: string): Promise<void> {
    this.#leave();
    const draft = this.#options.drafts.take(conversation);
    const back = [...this.#away].find(([, state]) => state.conversation === conversation);
    if (back) this.#away.delete(back[0]);
    this.#show(
      back
        ? { ...back[1], draft: joined(back[1].draft, draft) }
        : { ...cleared({ ...this.#options.state(), draft }), conversation },
    );
    this.#opening.value = { name: 'reading', conversation };
    await this.read();
  }

  /** The next message begins a conversation. Returns what was not sent of the one before. */
  begin(): string {
    const unsent = this.#leave();
    const draft = this.#options.drafts.take(NEW_CONVERSATION);
    this.#opening.value = NONE;
    this.#show(cleared({ ...this.#options.state(), draft }));
    return unsent;
  }

  /** It is gone everywhere; its words are not kept here either. */
  deleted(): void {
    const { conversation } = this.#options.state();
    if (conversation !== undefined) this.#close({ name: 'deleted', conversation });
  }

  /** Reads what was to be opened, if anything; without a connection it is still to be opened. */
  async read(): Promise<void> {
    const wanted = this.#opening.peek();
    if (wanted.name !== 'reading') return;
    const { conversation } = wanted;
    const outcome = await this.#options.ask('conversations.open', { conversation });
    if (this.#opening.peek() !== wanted) return;
    if (!outcome.ok) {
      if (outcome.failure.reason !== 'not_found') return;
      // The server has a conversation once its first message is answered.
      if (this.#options.state().live) this.#opening.value = NONE;
      else this.#close({ name: 'unknown', conversation });
      return;
    }
    this.#opening.value = NONE;
    const { state, change, branch } = this.#options;
    change(branch(state(), outcome.result));
    this.#options.keep();
  }

  async readEarlier(): Promise<void> {
    const { conversation, earlier } = this.#options.state();
    if (earlier === undefined || conversation === undefined || this.#readingEarlier.peek()) return;
    this.#readingEarlier.value = true;
    const outcome = await this.#options.ask('conversations.messages', { conversation, before: earlier });
    this.#readingEarlier.value = false;
    const state = this.#options.state();
    if (!outcome.ok || state.conversation !== conversation || state.earlier !== earlier) return;
    this.#options.change(precededBy(state, keptPageOf(outcome.result)));
    this.#options.keep();
  }

  /** False when the request belongs to none of the conversations that were left. */
  apply(id: unknown, change: (state: ChatState) => ChatState): boolean {
    const state = typeof id === 'string' || typeof id === 'number' ? this.#away.get(id) : undefined;
    if (!state?.live) return false;
    const next = change(state);
    const last = items(next).at(-1);
    // The server has what was answered; what was not is only here.
    const isAnswered = !next.live && next.draft === '' && last?.kind === 'turn' && last.phase.name === 'done';
    if (isAnswered) this.#away.delete(state.live.requestId);
    else this.#away.set(state.live.requestId, next);
    return true;
  }

  /** No answer to what was asked in an earlier session will come. */
  forgetAway(): void {
    this.#away.clear();
  }

  /** What was written and not sent stays with its conversation. */
  #leave(): string {
    const shown = this.#options.state();
    const { live } = shown;
    const isBack = live && (live.phase.name === 'held' || live.elsewhere);
    const state = isBack ? takenBack(shown) : shown;
    const draft = joined(state.editing?.text ?? '', state.draft);
    this.#options.drafts.put(state.conversation ?? NEW_CONVERSATION, draft);
    if (state.live) this.#away.set(state.live.requestId, { ...state, draft: '', editing: undefined });
    return draft;
  }

  /** Nothing is shown any more; `why` is what the address then leads to. */
  #close(why: Opening): void {
    this.#opening.value = why;
    this.#show(cleared(this.#options.state()));
    void this.#options.ask('chat.new', {});
  }

  #show(state: ChatState): void {
    this.#options.change(state);
    this.#shown.value += 1;
    this.#options.keep();
  }
}

/** The id by which others can open it. */
export function addressOf({ conversation }: Pick<ChatState, 'conversation'>): string | undefined {
  return conversation === NEW_CONVERSATION ? undefined : conversation;
}
