/**
 * What the texts of a stream go through before anyone sees them: pure machines, text in, text out. It does
 * not matter how the text is cut into pieces.
 */
import { isVisible } from '../../shared/message-text.ts';

/** U+0000 and lone surrogates become U+FFFD; a pair that was cut between two pieces stays whole. */
export class TextCleaner {
  #held = '';

  push(text: string): string {
    const whole = this.#held + text;
    this.#held = endsInHighSurrogate(whole) ? whole.slice(-1) : '';
    return clean(this.#held === '' ? whole : whole.slice(0, -1));
  }

  /** What was held back, when no more can come. */
  finish(): string {
    const rest = clean(this.#held);
    this.#held = '';
    return rest;
  }
}

export interface TextPiece {
  readonly type: 'delta' | 'thinking';
  readonly text: string;
}

/** Longer white space is let through: memory is bounded whatever a server sends. */
const SPACE_CHARACTERS_MAX = 4_096;

const TAGS = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
] as const;

/**
 * `start` is the beginning of the answer and what follows a closed block; `inside` is a block of thinking;
 * `answer` is the text itself, where a tag is text like any other.
 */
type ThinkState = { readonly name: 'start' | 'answer' } | { readonly name: 'inside'; readonly close: string };

const START: ThinkState = { name: 'start' };
const ANSWER: ThinkState = { name: 'answer' };

/**
 * Splits off `<think>…</think>` where an answer begins with it: not every server does that for its models.
 * What nobody can see before the first word of the answer is held back until that word comes, so that it is
 * no answer by itself; white space after a block of thinking is dropped.
 */
export class ThinkSplitter {
  #state: ThinkState = START;
  #held = '';
  #hasThought = false;

  push(text: string): TextPiece[] {
    if (text === '') return [];
    if (this.#state === ANSWER) return [{ type: 'delta', text }];
    this.#held += text;
    const pieces: TextPiece[] = [];
    while (this.#step(pieces));
    return pieces;
  }

  /** What was held back, when no more can come: what nobody can see is dropped. */
  finish(): TextPiece[] {
    const held = this.#held;
    this.#held = '';
    if (this.#state.name === 'inside') return held === '' ? [] : [{ type: 'thinking', text: held }];
    return !isVisible(held) ? [] : [{ type: 'delta', text: this.#hasThought ? held.trimStart() : held }];
  }

  /** Whether the state has changed, so that more of the held text can be read. */
  #step(pieces: TextPiece[]): boolean {
    if (this.#state.name === 'inside') return this.#readInside(this.#state.close, pieces);
    return this.#state === START && this.#readStart(pieces);
  }

  #readStart(pieces: TextPiece[]): boolean {
    const word = this.#held.trimStart();
    const tag = TAGS.find(({ open }) => word.startsWith(open));
    if (tag) {
      this.#held = word.slice(tag.open.length);
      this.#hasThought = true;
      this.#state = { name: 'inside', close: tag.close };
      return true;
    }
    const mayGrow = !isVisible(word) || TAGS.some(({ open }) => open.startsWith(word));
    if (mayGrow && this.#held.length <= SPACE_CHARACTERS_MAX) return false;
    const answer = this.#hasThought ? word : this.#held;
    this.#held = '';
    if (answer === '') return false;
    pieces.push({ type: 'delta', text: answer });
    this.#state = ANSWER;
    return false;
  }

  #readInside(close: string, pieces: TextPiece[]): boolean {
    const end = this.#held.indexOf(close);
    const thinkingEnd = end === -1 ? this.#held.length - overlap(this.#held, close) : end;
    if (thinkingEnd > 0) pieces.push({ type: 'thinking', text: this.#held.slice(0, thinkingEnd) });
    this.#held = this.#held.slice(end === -1 ? thinkingEnd : end + close.length);
    if (end === -1) return false;
    this.#state = START;
    return true;
  }
}

/** The length of the longest end of `text` with which `tag` begins. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}

function clean(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
