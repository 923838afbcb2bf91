import type { Language } from './language.ts';
import type { EnglishReflection } from './reflection/english.ts';
import type { SpanishReflection } from './reflection/spanish.ts';
import type { CommonWords } from './rule.ts';
import type { Register } from './templates.ts';
import { clean, fold } from './text.ts';

/** Who is spoken to, and in which language. */
export interface Address {
  readonly language: Language;
  readonly register: Register;
}

/** What is read of a message: enough for any person, and a bound for the patterns. */
export const READ_MAX = 8_000;
export const CLAUSE_LENGTH_MAX = 300;
const CLAUSES_MAX = 60;
const ECHO_WORDS_MAX = 12;
const ECHO_LENGTH_MAX = 90;
const NOT_FOR_ECHO = /[<>{}[\]\\|@#*_`~]|https?:|www\.|\d{5,}/u;

export interface EchoPhrases {
  readonly common: CommonWords;
  readonly memorable: Readonly<Record<Language, readonly string[]>>;
  readonly spanish: SpanishReflection;
  readonly english: EnglishReflection;
}

/** Finds what can be said back of what the person wrote, and reflects it. */
export class Echo {
  readonly #spanish: SpanishReflection;
  readonly #english: EnglishReflection;
  readonly #memorable: Readonly<Record<Language, readonly RegExp[]>>;
  readonly #clauseEnd: RegExp;
  readonly #neverLast: RegExp;

  constructor({ common, memorable, spanish, english }: EchoPhrases) {
    this.#spanish = spanish;
    this.#english = english;
    const compiled = (sources: readonly string[]): RegExp[] =>
      sources.map((source) => new RegExp(`^${source}$`, 'du'));
    this.#memorable = { es: compiled(memorable.es), en: compiled(memorable.en) };
    const opener = `\\s(?=(?:${common.clauseOpeners.join('|')})\\s)`;
    this.#clauseEnd = new RegExp(`[.!?;:\\n\\r…¿¡,()[\\]«»“”"—–]+|\\s-+\\s|${opener}`, 'iu');
    this.#neverLast = new RegExp(`\\s+(?:${common.neverLast.join('|')})$`, 'iu');
  }

  /** Sentences cut further at commas, dashes, brackets and "but": what a rule is tried on. */
  clausesOf(text: string): string[] {
    return text
      .split(this.#clauseEnd)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .slice(0, CLAUSES_MAX)
      .map((clause) => clause.slice(0, CLAUSE_LENGTH_MAX));
  }

  /** What can be said back: short, without marks, and reflected without a doubt. */
  of(fragment: string, { language, register }: Address): string | undefined {
    const said = fragment.trim().replace(this.#neverLast, '');
    if (said === '' || NOT_FOR_ECHO.test(said)) return undefined;
    if (said.length > ECHO_LENGTH_MAX || said.split(/\s+/u).length > ECHO_WORDS_MAX) return undefined;
    if (/\p{Extended_Pictographic}/u.test(said)) return undefined;
    return language === 'es' ? this.#spanish.reflect(said, register) : this.#english.reflect(said);
  }

  /** The first statement that can be said back: "your mother does not listen to you". */
  statementIn(message: string, address: Address): string | undefined {
    for (const clause of this.clausesOf(clean(message.slice(0, READ_MAX)))) {
      const folded = fold(clause);
      for (const pattern of this.#memorable[address.language]) {
        const range = pattern.exec(folded)?.indices?.[1];
        const echo = range === undefined ? undefined : this.of(clause.slice(...range), address);
        if (echo !== undefined) return echo;
      }
    }
    return undefined;
  }
}
