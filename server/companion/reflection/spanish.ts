import type { Register } from '../templates.ts';
import { fold } from '../text.ts';
import type { SpanishVerbs } from './spanish-verbs.ts';

/** Word lists that tell who does what in a Spanish sentence; each word as it is folded, or as it is typed. */
export type SpanishWordLists = Readonly<Record<SpanishWordList, ReadonlySet<string>>>;

export type SpanishWordList = (typeof SPANISH_WORD_LISTS)[number];

export const SPANISH_WORD_LISTS = [
  /** Words after which an unmarked form in -o or -e is "I", not a noun and not what somebody else did. */
  'beforeMyVerb',
  'prepositions',
  'clitics',
  /** Infinitives whose "me" is the person acting on themselves, so that usted gives "se" and not "le". */
  'reflexive',
  /** Words that end like a verb for "we" but are not verbs. */
  'notWeVerb',
  /** First persons that are nothing else, wherever they stand. */
  'alwaysMine',
  /** After these comes a thing: "mi trabajo", "el cuento". */
  'determiners',
  /** "no se que hacer": without its accent, this is knowing all the same. */
  'aboutKnowing',
  'beforeAWish',
  'somebody',
] as const;

export interface SpanishReflectionPhrases {
  readonly words: SpanishWordLists;
  /** What is the person's → what it is for tú, usted and vos. */
  readonly fromMe: ReadonlyMap<string, Readonly<Record<Register, string>>>;
  /** What is the companion's → what it is when the companion says it. */
  readonly fromYou: ReadonlyMap<string, string>;
  readonly verbs: SpanishVerbs;
}

const ABOUT_US = /^(?:nos|nosotros|nosotras|nuestr[oa]s?|conmigo mism[oa])$/u;
/** "discutimos" could be answered only in a plural that differs from place to place. */
const WE_VERB = /(?:amos|emos|imos|ábamos|abamos|íamos|iamos)$/u;
interface Word {
  readonly text: string;
  readonly plain: string;
}

/** Says back, in Spanish, what the person said of themselves. */
export class SpanishReflection {
  readonly #words: SpanishWordLists;
  readonly #fromMe: SpanishReflectionPhrases['fromMe'];
  readonly #fromYou: SpanishReflectionPhrases['fromYou'];
  readonly #verbs: SpanishVerbs;

  constructor({ words, fromMe, fromYou, verbs }: SpanishReflectionPhrases) {
    this.#words = words;
    this.#fromMe = fromMe;
    this.#fromYou = fromYou;
    this.#verbs = verbs;
  }

  /**
   * What the person said of themselves, said back to them: "mi madre no me escucha" → "tu madre no te
   * escucha". Keeps their own nouns and accents. Returns undefined rather than say something ungrammatical:
   * when a form cannot be told to be theirs, or speaks of "us".
   */
  reflect(fragment: string, register: Register): string | undefined {
    const words = fragment.split(/\s+/u).map((text): Word => ({ text, plain: fold(text) }));
    const said = words.map((_word, index) => this.#reflectWord(words, index, register));
    return said.every((word) => word !== undefined) ? said.join(' ') : undefined;
  }

  #reflectWord(words: readonly Word[], index: number, register: Register): string | undefined {
    const word = words[index];
    if (word === undefined) return undefined;
    const { text, plain } = word;
    if (ABOUT_US.test(plain) || (WE_VERB.test(text) && !this.#words.notWeVerb.has(plain))) return undefined;
    if (plain === 'me') return this.#reflectMe(words, index, register);
    if (plain === 'mi') return this.#reflectMi(words, index, register);
    if (text === 'tú') return 'yo';
    const mine = this.#fromMe.get(plain);
    if (mine !== undefined) return mine[register];
    return this.#reflectPronounEnding(word, register) ?? this.#reflectVerb(words, index, register);
  }

  #reflectVerb(words: readonly Word[], index: number, register: Register): string | undefined {
    const word = words[index];
    if (word === undefined) return undefined;
    const { text, plain } = word;
    const before = this.#wordBefore(words, index);
    const first = this.#verbs.firstPerson.get(plain);
    if (first !== undefined && this.#isMine(words, index, first.yo)) return first[register];
    const shared = this.#verbs.sharedPerson.get(plain);
    if (shared !== undefined) return this.#reflectShared(words, index, shared[register]);
    const yours = this.#fromYou.get(plain);
    if (yours !== undefined) return yours;
    const second = this.#verbs.secondPerson.get(plain);
    const bare =
      before === undefined ||
      this.#words.beforeMyVerb.has(before.plain) ||
      before.plain === 'tu' ||
      before.plain === 'vos';
    return second !== undefined && bare && !this.#isNoun(words, index) ? second.yo : text;
  }

  /** "hablo" is I and "habló" is she; "trabajo" after "mi" is a thing; "hable" after "que" is a wish. */
  #isMine(words: readonly Word[], index: number, yo: string): boolean {
    const { text, plain } = words[index] ?? { text: '', plain: '' };
    if (/[áéíóú]$/u.test(text) && text.toLowerCase() !== yo) return false;
    if (plain === 'se' && text !== 'sé') return this.#words.aboutKnowing.has(words[index + 1]?.plain ?? '');
    if (this.#isNoun(words, index)) return false;
    if (this.#words.alwaysMine.has(yo)) return true;
    const before = this.#wordBefore(words, index);
    if (yo.endsWith('é') && text.toLowerCase() !== yo && this.#words.beforeAWish.has(before?.plain ?? ''))
      return false;
    return plain !== 'entre' && (before === undefined || this.#words.beforeMyVerb.has(before.plain));
  }

  #isNoun(words: readonly Word[], index: number): boolean {
    const previous = words[index - 1]?.plain ?? '';
    if (this.#words.clitics.has(previous) && this.#verbs.firstPerson.has(words[index]?.plain ?? ''))
      return false;
    return this.#words.determiners.has(previous) || this.#words.prepositions.has(previous);
  }

  /** "cuando era niña": mine, unless somebody else was named before. */
  #reflectShared(words: readonly Word[], index: number, mine: string): string | undefined {
    const earlier = words.slice(0, index).map(({ plain }) => plain);
    if (earlier.includes('yo')) return mine;
    const somebody = earlier.some((plain) => this.#words.somebody.has(plain));
    return somebody ? words[index]?.text : undefined;
  }

  #reflectMe(words: readonly Word[], index: number, register: Register): string {
    if (register !== 'usted') return 'te';
    const next = words[index + 1]?.plain ?? '';
    return this.#verbs.firstPerson.has(next) ? 'se' : 'le';
  }

  /** "mi madre" is hers; "para mí", accent or not, is me. */
  #reflectMi(words: readonly Word[], index: number, register: Register): string {
    const previous = words[index - 1]?.plain ?? '';
    const next = words[index + 1]?.plain ?? '';
    const alone =
      next === '' ||
      /^(?:me|y|o|no|es|que|porque|pero|mismo|misma|ya|tampoco|tambien|solo|sola)$/u.test(next);
    const isPronoun = words[index]?.text === 'mí' || (this.#words.prepositions.has(previous) && alone);
    if (isPronoun) return register === 'tú' ? 'ti' : register;
    return register === 'usted' ? 'su' : 'tu';
  }

  /** "hacerme", "haciéndome", "ayudarte". */
  #reflectPronounEnding({ text, plain }: Word, register: Register): string | undefined {
    if (/(?:ar|er|ir)me$/u.test(plain) && plain.length >= 4) {
      return (
        text.slice(0, -2) +
        (register === 'usted' ? (this.#words.reflexive.has(plain.slice(0, -2)) ? 'se' : 'le') : 'te')
      );
    }
    if (/(?:ando|iendo|yendo)me$/u.test(plain))
      return text.slice(0, -2) + (register === 'usted' ? 'se' : 'te');
    if (
      /(?:ar|er|ir)te$/u.test(plain) &&
      plain.length > 5 &&
      !/^(?:parte|aparte|muerte|suerte|fuerte|arte|advierte)$/u.test(plain)
    ) {
      return `${text.slice(0, -2)}me`;
    }
    return undefined;
  }

  /** The word before, not counting "no", "me", "lo" …; undefined at the beginning. */
  #wordBefore(words: readonly Word[], index: number): Word | undefined {
    return words.slice(0, index).findLast(({ plain }) => !this.#words.clitics.has(plain));
  }
}
