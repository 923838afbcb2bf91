import { clean, fold } from '../text.ts';

/** What is read of a very long message: its beginning and its end, where the heart of a letter usually is. */
const READ_START_MAX = 24_000;
const READ_END_MAX = 8_000;

/** No word is this long; a longer one would cost the patterns more time than it could tell. */
const OVERLONG_WORD = /(\S{60})\S+/gu;

const DIGITS_AS_LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};

/**
 * The sentences of a message as plain words: lower case, no accents, no marks, the usual misspellings and
 * short forms of both languages spelled out. Signs of danger are looked for in these, never in the raw
 * text.
 */
export function plainSentences(message: string, spellings: ReadonlyMap<string, string>): string[] {
  return fold(clean(shorten(message)))
    .replace(OVERLONG_WORD, '$1')
    .split(/[.!?;:\n\r…¿¡]+/u)
    .map((sentence) => plainWords(sentence, spellings))
    .filter((sentence) => sentence !== '');
}

export function plainWords(folded: string, spellings: ReadonlyMap<string, string>): string {
  const words = joinSpelledOut(
    folded
      .replace(/\bi'll\b/gu, 'i will')
      .replace(/'/gu, '')
      .replace(/\p{L}*[@$][\p{L}@$]+|\p{L}+\p{N}[\p{L}\p{N}]*|\p{N}\p{L}[\p{L}\p{N}]*/gu, asLetters)
      .replace(/(\p{L})\1{2,}/gu, '$1')
      .replace(/[^\p{L}\p{N}*]+/gu, ' ')
      .trim(),
  );
  return words
    .split(' ')
    .map((word) => respelled(word, spellings))
    .join(' ');
}

function shorten(message: string): string {
  if (message.length <= READ_START_MAX + READ_END_MAX) return message;
  return `${message.slice(0, READ_START_MAX)}\n${message.slice(-READ_END_MAX)}`;
}

/** "k1ll mys3lf": someone who fears a filter still wants to be heard. */
function asLetters(word: string): string {
  if (/^\d+(?:st|nd|rd|th|am|pm|h|kg|km|cm|mm|s|k|m)$/u.test(word)) return word;
  return word.replace(/[01345@$]/gu, (sign) => DIGITS_AS_LETTERS[sign] ?? sign);
}

/** "s u i c i d e": four or more single letters in a row are one word. */
function joinSpelledOut(words: string): string {
  return words.replace(/(?<![\p{L}\p{N}])(?:\p{L} ){3,}\p{L}(?![\p{L}\p{N}])/gu, (letters) =>
    letters.replaceAll(' ', ''),
  );
}

function respelled(word: string, spellings: ReadonlyMap<string, string>): string {
  const stemmed = word.replace(/^su[iy]?[csxz]{1,2}[iy]?d(?=[aeio])(?!e[drsn]|edi)/u, 'suicid');
  const short = stemmed.length > 4 ? stemmed.replace(/(?:(?<=o)o|(?<=a)a|(?<=i)i|(?<=me)e)$/u, '') : stemmed;
  return spellings.get(short) ?? short;
}
