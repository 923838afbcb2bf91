import { fold } from '../text.ts';

export interface EnglishReflectionPhrases {
  /** What belongs to the person → what it becomes when it is said back. */
  readonly fromMe: ReadonlyMap<string, string>;
  readonly fromYou: ReadonlyMap<string, string>;
  /** Beside these, "you" is the subject. */
  readonly subjectBefore: ReadonlySet<string>;
  readonly subjectAfter: ReadonlySet<string>;
}

/** Says back, in English, what the person said of themselves. */
export class EnglishReflection {
  readonly #phrases: EnglishReflectionPhrases;

  constructor(phrases: EnglishReflectionPhrases) {
    this.#phrases = phrases;
  }

  /**
   * What the person said of themselves, said back: "my mother doesn't listen to me" → "your mother doesn't
   * listen to you".
   */
  reflect(fragment: string): string {
    const words = fragment.split(/\s+/u);
    return words.map((word, index) => this.#reflectWord(words, word, index)).join(' ');
  }

  #reflectWord(words: readonly string[], word: string, index: number): string {
    const plain = fold(word);
    const previous = fold(words[index - 1] ?? '');
    if (
      plain === 'was' &&
      (previous === 'i' ||
        (this.#phrases.fromMe.get(fold(words[index - 2] ?? '')) === 'you' && previous === 'never'))
    )
      return 'were';
    if (plain === "wasn't" && previous === 'i') return "weren't";
    if (plain === 'are' && (previous === 'you' || fold(words[index + 1] ?? '') === 'you')) return 'am';
    if (plain === 'were' && previous === 'you') return 'was';
    if (plain === 'you') return this.#isSubject(words, index) ? 'I' : 'me';
    return this.#phrases.fromMe.get(plain) ?? this.#phrases.fromYou.get(plain) ?? word;
  }

  #isSubject(words: readonly string[], index: number): boolean {
    if (index === 0) return true;
    const next = fold(words[index + 1] ?? '');
    return (
      this.#phrases.subjectAfter.has(next) ||
      (next !== '' && this.#phrases.subjectBefore.has(fold(words[index - 1] ?? '')))
    );
  }
}
