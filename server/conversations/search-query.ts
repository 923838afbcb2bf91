/** What somebody looks for: words, the last one as a beginning, and phrases in quotes. */
import { placedWords, searchToken } from '../../shared/search-words.ts';

export const QUERY_LIMITS = { wordsMax: 12, prefixCharactersMin: 2 } as const;

export interface SearchQuery {
  /** All must be there. */
  readonly words: readonly string[];
  /** The beginning of a word that must be there. */
  readonly prefix: string | undefined;
  /** Words that must follow each other. */
  readonly phrases: readonly (readonly string[])[];
}

const PART = /"([^"]*)"|([^"]+)/g;

/** Undefined when there is no word in it. */
export function parseQuery(text: string): SearchQuery | undefined {
  const words = new Set<string>();
  const phrases: (readonly string[])[] = [];
  let last: string | undefined;
  for (const [, quoted, plain = ''] of text.matchAll(PART)) {
    const parts = quoted === undefined ? plain.split(/\s+/) : [quoted];
    for (const part of parts) {
      // "self-made" and words without spaces between them are phrases too.
      const found = wordsOf(part);
      if (found.length > 1) phrases.push(found);
      for (const word of found) words.add(word);
      if (found.length > 0) last = quoted === undefined && found.length === 1 ? found[0] : undefined;
    }
  }
  if (words.size === 0) return undefined;
  const prefix = last !== undefined && last.length >= QUERY_LIMITS.prefixCharactersMin ? last : undefined;
  if (prefix !== undefined && !phrases.flat().includes(prefix)) words.delete(prefix);
  return { words: [...words].slice(0, QUERY_LIMITS.wordsMax), prefix, phrases };
}

/** For FTS5. Words have letters, digits and marks only, so nothing in them can end the quotes. */
export function matchOfSqlite({ words, prefix }: SearchQuery, keys: readonly number[]): string {
  const anyKey = (word: string, end: string) =>
    `(${keys.map((key) => `"${searchToken(key, word)}"${end}`).join(' OR ')})`;
  const all = words.map((word) => anyKey(word, ''));
  if (prefix !== undefined) all.push(anyKey(prefix, ' *'));
  return all.join(' AND ');
}

/** A `tsquery`, in the same way. */
export function matchOfPostgres({ words, prefix }: SearchQuery, keys: readonly number[]): string {
  const anyKey = (word: string, end: string) =>
    `(${keys.map((key) => `'${searchToken(key, word)}'${end}`).join(' | ')})`;
  const all = words.map((word) => anyKey(word, ''));
  if (prefix !== undefined) all.push(anyKey(prefix, ':*'));
  return all.join(' & ');
}

/** Whether a text fits: the index knows of words, but not of their order. */
export function fits({ words, prefix, phrases }: SearchQuery, text: string): boolean {
  const found = wordsOf(text);
  const all = new Set(found);
  if (!words.every((word) => all.has(word))) return false;
  if (prefix !== undefined && !found.some((word) => word.startsWith(prefix))) return false;
  return phrases.every((phrase) => hasPhrase(found, phrase));
}

export interface PassagePart {
  readonly text: string;
  readonly hit?: true;
}

const PASSAGE = { before: 60, length: 220 } as const;

/** The part of a text around the first word that was looked for, with all such words marked. */
export function passageOf(query: SearchQuery, text: string): PassagePart[] {
  const hits = [...placedWords(text)].filter(({ word }) => isHit(query, word));
  const first = hits[0]?.from ?? 0;
  const start = first <= PASSAGE.before ? 0 : wordStart(text, first - PASSAGE.before, first);
  const end = Math.min(text.length, start + PASSAGE.length);
  const parts: PassagePart[] = [];
  let at = start;
  const plain = (to: number) => {
    if (to > at) parts.push({ text: text.slice(at, to).toWellFormed() });
  };
  if (start > 0) parts.push({ text: '…' });
  for (const { from, to } of hits) {
    if (to > end) break;
    plain(from);
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  plain(end);
  if (end < text.length) parts.push({ text: '…' });
  return parts;
}

function isHit({ words, prefix, phrases }: SearchQuery, word: string): boolean {
  if (words.includes(word) || (prefix !== undefined && word.startsWith(prefix))) return true;
  return phrases.some((phrase) => phrase.includes(word));
}

/** The passage does not begin within a word. */
function wordStart(text: string, from: number, most: number): number {
  const space = text.slice(from, most).search(/\s\S/);
  return space < 0 ? from : from + space + 1;
}

function wordsOf(text: string): string[] {
  return [...placedWords(text)].map(({ word }) => word);
}

function hasPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, start) => phrase.every((word, offset) => words[start + offset] === word));
}
