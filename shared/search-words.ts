/**
 * The words of a text, as they are indexed and looked for: without case, and without the accents of scripts
 * that have case. Chinese and Japanese have no spaces: there each character is a word.
 */
export const WORD_LIMITS = {
  /** Longer ones are cut, in texts and in queries. */
  wordCharacters: 48,
  /** Different words of one text. */
  wordsOfText: 4_096,
} as const;

const ALONE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
const WORD = new RegExp(String.raw`[${ALONE}]|(?:(?![${ALONE}])[\p{L}\p{N}\p{M}])+`, 'gu');
const PLAIN = /^[a-z0-9]+$/i;
const ACCENTS = /[\u0300-\u036f]/g;

/** Changes when texts must be indexed again: the classes of characters come with the version of Unicode. */
export const WORD_FORM = `1, Unicode ${process.versions.unicode ?? '?'}`;

export interface PlacedWord {
  readonly word: string;
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
}

/** In their order, each as often as it is there. */
export function* placedWords(text: string): Generator<PlacedWord> {
  for (const { 0: written, index } of text.matchAll(WORD)) {
    const word = folded(written);
    if (word !== '') yield { word, from: index, to: index + written.length };
  }
}

/** What the index keeps of a text: each word once, behind the key of whoever owns it. */
export function searchTokens(key: number, text: string): string {
  const words = new Set<string>();
  for (const { word } of placedWords(text)) {
    words.add(word);
    if (words.size === WORD_LIMITS.wordsOfText) break;
  }
  return [...words].map((word) => searchToken(key, word)).join(' ');
}

/** One word of the index. It has letters, digits and marks only. */
export function searchToken(key: number, word: string): string {
  return `${key}x${word}`;
}

function folded(written: string): string {
  // Most words, much faster; the same result.
  if (PLAIN.test(written)) return written.slice(0, WORD_LIMITS.wordCharacters).toLowerCase();
  const plain = written.normalize('NFKD').replaceAll(ACCENTS, '').toLowerCase();
  // What a character is made of may have parts that belong to no word.
  const word = plain.match(WORD)?.join('') ?? '';
  return Array.from(word).slice(0, WORD_LIMITS.wordCharacters).join('');
}
