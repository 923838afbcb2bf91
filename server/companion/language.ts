import { PatternSet } from './matching/pattern-set.ts';
import type { Register } from './templates.ts';
import { clean, fold, wordsOf } from './text.ts';

export type Language = 'es' | 'en';

/** Words, without accents, that only one of the languages has, or nearly so. */
export interface LanguageWords {
  readonly es: ReadonlySet<string>;
  readonly en: ReadonlySet<string>;
  /** Words of languages that the companion does not speak. */
  readonly other: ReadonlySet<string>;
}

/** How much is read of a message. */
const READ_MAX = 2_000;
const LATIN = /\p{Script=Latin}/u;
const LETTER = /\p{L}/gu;
/** Below this, every letter is a Latin one, except the micro sign. */
const BEYOND_LATIN = /[\u00b5\u0250-\u{10ffff}]/u;

/** Which language a message is in, by its words. */
export class LanguageDetector {
  /** By word: the languages that have it. */
  readonly #languages = new Map<string, Set<Language | 'other'>>();

  constructor(words: LanguageWords) {
    for (const language of ['es', 'en', 'other'] as const) {
      for (const word of words[language]) {
        const languages = this.#languages.get(word) ?? new Set();
        this.#languages.set(word, languages.add(language));
      }
    }
  }

  /**
   * The language a message is clearly in; 'other' for one that the companion does not speak; undefined if
   * it does not show.
   */
  languageOf(message: string): Language | 'other' | undefined {
    const read = message.slice(0, READ_MAX);
    if (isMostlyForeign(read)) return 'other';
    const said = wordsOf(fold(clean(read)));
    const count = { es: /[¿¡ñ]/u.test(message) ? 1 : 0, en: 0, other: 0 };
    for (const word of said) for (const language of this.#languages.get(word) ?? []) count[language] += 1;
    const { es, en, other } = count;
    if (other > es && other > en && other * 3 >= said.length) return 'other';
    if (es > en) return 'es';
    return en > es ? 'en' : undefined;
  }
}

function isMostlyForeign(text: string): boolean {
  if (!BEYOND_LATIN.test(text)) return false;
  const letters = text.match(LETTER) ?? [];
  return letters.filter((letter) => !LATIN.test(letter)).length > letters.length / 2;
}

/**
 * The language to answer in: that of the message; of a message that does not show it ("ok", "123"), that
 * of the newest one that did; else the session's.
 */
export function languageToAnswerIn(
  languages: readonly (Language | 'other' | undefined)[],
  locale: Language,
): Language {
  const shown = languages.findLast((language) => language !== undefined);
  return shown === undefined || shown === 'other' ? locale : shown;
}

/** The patterns that show how the person addresses the companion. */
export type RegisterPatterns = Readonly<Record<Register, readonly string[]>>;

/** If a message shows two, the first one counts. */
const REGISTERS: readonly Register[] = ['usted', 'vos', 'tú'];

export class RegisterDetector {
  readonly #patterns: readonly RegExp[];
  readonly #set: PatternSet;

  constructor(patterns: RegisterPatterns) {
    const sources = REGISTERS.map((register) => `\\b(?:${patterns[register].join('|')})\\b`);
    this.#patterns = sources.map((source) => new RegExp(source, 'u'));
    this.#set = new PatternSet(sources);
  }

  /** How a message addresses the companion; undefined if it does not show. */
  registerOf(message: string): Register | undefined {
    const said = fold(clean(message.slice(0, READ_MAX)));
    const candidates = this.#set.candidates(said);
    return REGISTERS.find((_, index) => candidates[index] === 1 && this.#patterns[index]?.test(said));
  }
}
