import { Automaton } from './automaton.ts';
import { requiredLiterals } from './required-literals.ts';

/** So much of a literal is looked for: a longer one rules out little more and makes the automaton grow. */
const LITERAL_LENGTH = 12;

/**
 * Says in one pass over a text which of many patterns could match it, so that the others need not be tried.
 * It never leaves out a pattern that matches.
 */
export class PatternSet {
  readonly #size: number;
  readonly #automaton: Automaton;
  /** Patterns for which no text is known that every match contains. */
  readonly #always: readonly number[];

  /** `sources` of regular expressions without flags that change which characters match. */
  constructor(sources: readonly string[]) {
    const required = sources.map((source) => requiredLiterals(source));
    const literals = required.flatMap((texts, owner) =>
      (texts ?? []).map((text) => ({ text: text.slice(0, LITERAL_LENGTH), owner })),
    );
    this.#size = sources.length;
    this.#automaton = new Automaton(literals, sources.length);
    this.#always = required.flatMap((texts, owner) => (texts === undefined ? [owner] : []));
  }

  /** By index of the pattern: 1 if it could match. */
  candidates(text: string): Uint8Array {
    const candidates = new Uint8Array(this.#size);
    for (const owner of this.#automaton.find(text)) candidates[owner] = 1;
    for (const owner of this.#always) candidates[owner] = 1;
    return candidates;
  }
}
