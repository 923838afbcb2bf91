/**
 * What happens to the text of an answer between the model and the reader, as a list. The text that leaves the
 * last transform is the answer: it is delivered, stored, committed to, charged and returned.
 */
import type { ExchangeRequest } from './exchange.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

/** One for each call of a model. Works on one answer, delta by delta. */
export interface OutputTransform {
  /** What may go on now; the empty text when all of it is held back. Holds a bounded suffix back at most. */
  push(text: string): string;
  /**
   * What was held back, when the answer is complete. It is not called for one that breaks off or is
   * cancelled: what is held back then is dropped.
   */
  finish(): string;
  /** True when the answer ends here, as if the model had reached its own limit. */
  readonly isFull?: boolean;
}

export interface OutputStage {
  readonly name: string;
  readonly create: (request: ExchangeRequest) => OutputTransform;
}

/** In the order in which the text passes through them. */
export const OUTPUT_STAGES: readonly OutputStage[] = [
  { name: 'whole characters', create: () => new WholeCharacters() },
  { name: 'maximum length', create: () => new MaximumLength(EXCHANGE_LIMITS.answerLengthMax) },
];

/** The transforms of one call, as one. */
export class OutputChain implements OutputTransform {
  readonly #transforms: readonly OutputTransform[];

  constructor(stages: readonly OutputStage[], request: ExchangeRequest) {
    this.#transforms = stages.map(({ create }) => create(request));
  }

  get isFull(): boolean {
    for (const transform of this.#transforms) if (transform.isFull) return true;
    return false;
  }

  push(text: string): string {
    return this.#passFrom(0, text);
  }

  /** From the first to the last: what one lets go of still passes through those after it. */
  finish(): string {
    let rest = '';
    for (let index = 0; index < this.#transforms.length; index++) {
      rest += this.#passFrom(index + 1, this.#transforms[index]?.finish() ?? '');
    }
    return rest;
  }

  #passFrom(first: number, text: string): string {
    let passed = text;
    for (let index = first; index < this.#transforms.length && passed !== ''; index++) {
      passed = this.#transforms[index]?.push(passed) ?? '';
    }
    return passed;
  }
}

/**
 * Puts a surrogate pair together that was cut in two: encoded apart, both halves would be lost. A half
 * without its other half becomes U+FFFD, so that the text is the same in memory and in UTF-8.
 */
export class WholeCharacters implements OutputTransform {
  #held = '';

  push(text: string): string {
    const whole = this.#held + text;
    this.#held = endsInHighSurrogate(whole) ? whole.slice(-1) : '';
    return (this.#held === '' ? whole : whole.slice(0, -1)).toWellFormed();
  }

  finish(): string {
    return this.#held.toWellFormed();
  }
}

/** Cuts an answer that does not end; between characters, not within one. */
export class MaximumLength implements OutputTransform {
  readonly #max: number;
  #length = 0;
  #isFull = false;

  /** `max` in UTF-16 code units. */
  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  push(text: string): string {
    if (this.#isFull) return '';
    const room = this.#max - this.#length;
    this.#isFull = text.length >= room;
    this.#length += text.length;
    if (text.length <= room) return text;
    const cut = text.slice(0, room);
    return endsInHighSurrogate(cut) ? cut.slice(0, -1) : cut;
  }

  finish(): string {
    return '';
  }
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
