/**
 * What was said in a conversation, in whole turns, oldest first. Stored so that a prompt can be built without
 * visiting each turn again: the messages are in one flat list, and their weights are running sums.
 */
import { lengthOf, type Attached } from '../attachments/attachment.ts';
import { rawTokens } from '../support/raw-tokens.ts';

/** What the chat template of a model adds to each message. */
const MESSAGE_OVERHEAD_TOKENS = 4;

export interface HistoryMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** What was sent with it. */
  readonly attached?: Attached;
}

export interface HistoryLimits {
  readonly historyTurnsMax: number;
  /** UTF-16 code units. */
  readonly historyCharactersMax: number;
}

/** Identifies a turn elsewhere. */
export interface TurnName {
  /** The number of its exchange. */
  readonly exchange: number;
  readonly trace: string;
}

export interface NewestTurn {
  readonly user: string;
  readonly assistant: string;
  readonly trace: string;
  readonly attached?: Attached;
}

export class History {
  /** Messages before the last turn that a model was sent with it; undefined while that is not known. */
  remembered: number | undefined;
  readonly #limits: HistoryLimits;
  /** user, assistant, user, assistant, … */
  #messages: HistoryMessage[] = [];
  /** By turn: estimated tokens of all turns before it, forgotten ones included. */
  #starts: number[] = [];
  #names: (TurnName | undefined)[] = [];
  #total = 0;
  #length = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** UTF-16 code units of all messages. */
  get length(): number {
    return this.#length;
  }

  get turns(): number {
    return this.#starts.length;
  }

  /** Adds a whole turn; removes the oldest ones when there are too many. */
  add(user: string, assistant: string, name?: TurnName, attached?: Attached): void {
    const asked: HistoryMessage = { role: 'user', content: user, ...(attached && { attached }) };
    const answered: HistoryMessage = { role: 'assistant', content: assistant };
    this.#messages.push(asked, answered);
    this.#starts.push(this.#total);
    this.#names.push(name && { exchange: name.exchange, trace: name.trace });
    this.#total += weightOf(asked) + weightOf(answered);
    this.#length += lengthOfMessage(asked) + assistant.length;
    while (this.turns > this.#limits.historyTurnsMax || this.#length > this.#limits.historyCharactersMax) {
      // `shift` moves nothing in V8, `splice` at the front moves everything.
      this.#length -= lengthOfMessage(this.#messages.shift());
      this.#length -= lengthOfMessage(this.#messages.shift());
      this.#starts.shift();
      this.#names.shift();
    }
  }

  /** A history of its own, with one more turn. */
  followedBy(user: string, assistant: string, name?: TurnName, attached?: Attached): History {
    const next = new History(this.#limits);
    next.#messages = this.#messages.slice();
    next.#starts = this.#starts.slice();
    next.#names = this.#names.slice();
    next.#total = this.#total;
    next.#length = this.#length;
    next.add(user, assistant, name, attached);
    return next;
  }

  clear(): void {
    this.#messages = [];
    this.#starts = [];
    this.#names = [];
    this.#length = 0;
  }

  /** Forgets one turn, as if it had never been said. Does nothing when it is not here. */
  remove(exchange: number): void {
    const turn = this.#names.findIndex((name) => name?.exchange === exchange);
    if (turn < 0) return;
    const [asked, answered] = this.#messages.splice(turn * 2, 2);
    this.#names.splice(turn, 1);
    const [start = 0] = this.#starts.splice(turn, 1);
    const weight = (this.#starts[turn] ?? this.#total) - start;
    for (let later = turn; later < this.#starts.length; later += 1) {
      this.#starts[later] = (this.#starts[later] ?? 0) - weight;
    }
    this.#total -= weight;
    this.#length -= lengthOfMessage(asked) + lengthOfMessage(answered);
  }

  /** The newest `count` turns, oldest first. */
  newest(count: number): NewestTurn[] {
    const first = Math.max(0, this.turns - count);
    return this.#starts.slice(first).map((_, index) => {
      const { content: user = '', attached } = this.#messages[(first + index) * 2] ?? {};
      return {
        user,
        assistant: this.#messages[(first + index) * 2 + 1]?.content ?? '',
        trace: this.#names[first + index]?.trace ?? '',
        ...(attached && { attached }),
      };
    });
  }

  /** The newest whole turns that weigh at most `room` estimated tokens together, and what they weigh. */
  fitting(room: number): { messages: HistoryMessage[]; rawTokens: number } {
    // The first turn from which on everything fits, by bisection.
    let low = 0;
    let high = this.turns;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#weightFrom(middle) <= room) high = middle;
      else low = middle + 1;
    }
    return { messages: this.#messages.slice(low * 2), rawTokens: this.#weightFrom(low) };
  }

  #weightFrom(turn: number): number {
    return this.#total - (this.#starts[turn] ?? this.#total);
  }
}

/** What a message weighs in a prompt, before the ratio of the model. */
export function weightOf({ content, attached }: HistoryMessage): number {
  return rawTokens(content) + MESSAGE_OVERHEAD_TOKENS + (attached?.rawTokens ?? 0);
}

function lengthOfMessage(message: HistoryMessage | undefined): number {
  return (message?.content.length ?? 0) + lengthOf(message?.attached);
}
