/**
 * A conversation that is in use: the newest turns of its current branch, and the message that the next turn
 * follows. Messages form a tree; a turn that failed or has no text is a branch that nothing follows.
 */
import type { Guest } from '../identity/principal.ts';
import type { History } from './history.ts';
import type { PlacedTurn, SaidTurn, TurnPlacement } from './turn-placement.ts';

export interface ConversationFacts {
  readonly number: number;
  /** UUIDv7. */
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly isStored: boolean;
  /** The newest message of the current branch. */
  readonly leaf: number | null;
}

export class Conversation {
  readonly number: number;
  readonly id: string;
  readonly createdAt: number;
  readonly history: History;
  readonly #nextMessage: () => number;
  #leaf: number | null;
  #owner: string;
  #isStored: boolean;
  #isHidden = false;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(facts: ConversationFacts, history: History, nextMessage: () => number) {
    this.number = facts.number;
    this.id = facts.id;
    this.#owner = facts.owner;
    this.createdAt = facts.createdAt;
    this.history = history;
    this.#leaf = facts.leaf;
    this.#isStored = facts.isStored;
    this.#nextMessage = nextMessage;
  }

  get owner(): string {
    return this.#owner;
  }

  /** Does nothing when it is not of this owner. */
  handOver(from: string, to: string): void {
    if (this.#owner === from) this.#owner = to;
  }

  /** Whether it is in the store. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** Whether its owner has deleted it: what is still being said in it is erased as soon as it is written. */
  get isHidden(): boolean {
    return this.#isHidden;
  }

  hide(): void {
    this.#isHidden = true;
  }

  /** The placement of one turn; a guest that the store does not know yet is written with it. */
  turn(options: {
    readonly guest: Guest | undefined;
    readonly clientMessageId: string | undefined;
  }): TurnPlacement {
    return {
      place: (said, write) => {
        const written = this.#lastWrite.then(() => this.#write(options, said, write));
        this.#lastWrite = written.catch(() => undefined);
        return written;
      },
    };
  }

  /** The turn of this exchange was erased: it is never sent to a model again. Later turns still follow it. */
  forget(exchange: number): void {
    this.history.remove(exchange);
  }

  /** All of it was erased. The next message begins it anew. */
  forgetAll(): void {
    this.history.clear();
    this.#leaf = null;
    this.#isStored = false;
  }

  async #write<Result>(
    {
      guest,
      clientMessageId,
    }: { readonly guest: Guest | undefined; readonly clientMessageId: string | undefined },
    said: SaidTurn,
    write: (placed: PlacedTurn) => Promise<Result>,
  ): Promise<Result> {
    const { number, id, owner, createdAt } = this;
    const promptMessage = this.#nextMessage();
    const answerMessage = this.#nextMessage();
    const result = await write({
      conversation: { number, id, owner, createdAt },
      newGuest: guest?.isStored ? undefined : guest,
      parent: this.#leaf,
      promptMessage,
      answerMessage,
      clientMessageId,
    });
    this.#isStored = true;
    if (guest) guest.isStored = true;
    if (said.status === 'failed' || said.answer === '') return result;
    this.#leaf = answerMessage;
    const { exchange, trace } = said;
    this.history.add(said.prompt, said.answer, { exchange, trace });
    return result;
  }
}
