import { PatternSet } from '../matching/pattern-set.ts';
import { clean, fold } from '../text.ts';
import { plainSentences } from './plain-words.ts';
import { DANGER_KINDS } from './sign.ts';
import type { DangerKind, DangerPhrases, DangerSign, DangerTable } from './sign.ts';

export type { DangerKind, DangerSign } from './sign.ts';

/** What one message says, with the language whose words said it. */
export interface Assessment extends DangerSign {
  readonly language: 'es' | 'en' | 'other';
  /** The words were there, but were denied: "I am not going to kill myself". */
  readonly denied: boolean;
}

/** Said of somebody else with the same words, so these are looked for, and taken out, before the others. */
const OF_OTHERS: readonly DangerKind[] = ['somebody-else', 'bereaved'];
const IN_ORDER = [...OF_OTHERS, ...DANGER_KINDS.filter((kind) => !OF_OTHERS.includes(kind))];

const QUOTED = /"[^"]{1,80}"|“[^”]{1,80}”|«[^»]{1,80}»/gu;

/** A pattern with its place in the set that tells which patterns could match. */
interface Sought {
  readonly index: number;
  readonly pattern: RegExp;
}

interface SoughtKind extends Sought {
  readonly kind: DangerKind;
}

interface Signs {
  readonly language: Assessment['language'];
  readonly sure: readonly SoughtKind[];
  readonly unsure: readonly SoughtKind[];
  readonly innocent: Sought;
  readonly denied: RegExp;
  readonly distant: Sought;
}

export interface DangerOptions {
  /** Without it every pattern is tried on every sentence: for the test that both find the same. */
  readonly prefilter?: boolean;
}

/** Looks for signs of danger in single messages. */
export class DangerDetector {
  readonly #spellings: ReadonlyMap<string, string>;
  readonly #signs: readonly Signs[];
  readonly #onPurpose: Sought;
  readonly #works: RegExp;
  readonly #candidates: (sentence: string) => Uint8Array;

  constructor(phrases: DangerPhrases, { prefilter = true }: DangerOptions = {}) {
    const sources: string[] = [];
    const seek = (source: string, flags = 'u'): Sought => {
      const index = sources.push(source) - 1;
      return { index, pattern: compiled(source, flags) };
    };
    this.#spellings = phrases.spellings;
    this.#signs = (['es', 'en', 'other'] as const).map((language) =>
      signsOf(language, phrases[language], seek),
    );
    this.#onPurpose = seek(bounded(phrases.onPurpose));
    this.#works = compiled(bounded(phrases.works), 'u');
    const set = new PatternSet(sources);
    const every = new Uint8Array(sources.length).fill(1);
    this.#candidates = prefilter ? (sentence) => set.candidates(sentence) : () => every;
  }

  /**
   * Reads a message in both languages, whatever the session's language is. A sure sign anywhere outweighs
   * every unsure one; undefined means that no sign was found, never that there is no danger.
   */
  assess(message: string): Assessment | undefined {
    let gravest: Assessment | undefined;
    for (const sentence of plainSentences(this.#withoutTitles(message), this.#spellings)) {
      for (const found of this.#signsIn(sentence)) {
        if (gravest === undefined || weight(found) < weight(gravest)) gravest = found;
      }
    }
    return gravest;
  }

  /** A quoted title is not the person's own words: «la canción "Quiero morir"». */
  #withoutTitles(message: string): string {
    if (message.search(QUOTED) < 0) return message;
    const outside = fold(clean(message.slice(0, 2_000))).replace(QUOTED, ' ');
    return this.#works.test(outside) ? message.replace(QUOTED, ' (…) ') : message;
  }

  #signsIn(sentence: string): Assessment[] {
    const own = this.#withoutFigures(sentence);
    const candidates = this.#candidates(own);
    return this.#signs.flatMap((signs) => this.#signsOfLanguage(own, signs, candidates));
  }

  #withoutFigures(sentence: string): string {
    const candidates = this.#candidates(sentence);
    if (isIn(this.#onPurpose, candidates, sentence)) return sentence;
    return this.#signs.reduce((rest, { innocent: { index, pattern } }) => {
      // What was taken out may have brought words together that a pattern looks for.
      const couldMatch = candidates[index] === 1 || rest !== sentence;
      return couldMatch ? rest.replace(pattern, ' ~ ') : rest;
    }, sentence);
  }

  #signsOfLanguage(own: string, signs: Signs, candidatesInAll: Uint8Array): Assessment[] {
    const { language } = signs;
    const found: Assessment[] = [];
    let rest = own;
    let candidates = candidatesInAll;
    for (const { kind, index, pattern } of signs.sure) {
      const match = candidates[index] === 1 ? pattern.exec(rest) : null;
      if (match === null) continue;
      const denied = signs.denied.test(rest.slice(0, match.index));
      const doubtful = denied || isIn(signs.distant, candidatesInAll, own);
      const certainty = doubtful && kind !== 'emergency' && kind !== 'bereaved' ? 'unsure' : 'sure';
      found.push({ kind, certainty, language, denied });
      if (!OF_OTHERS.includes(kind)) continue;
      rest = rest.replace(match[0], ' ~ ');
      candidates = this.#candidates(rest);
    }
    if (found.length > 0) return found;
    return signs.unsure
      .filter((sought) => isIn(sought, candidatesInAll, own))
      .map(({ kind }) => ({ kind, certainty: 'unsure', language, denied: false }));
  }
}

function isIn({ index, pattern }: Sought, candidates: Uint8Array, text: string): boolean {
  return candidates[index] === 1 && pattern.test(text);
}

function weight({ kind, certainty }: DangerSign): number {
  return DANGER_KINDS.indexOf(kind) + (certainty === 'sure' ? 0 : DANGER_KINDS.length);
}

function signsOf(
  language: Assessment['language'],
  table: DangerTable,
  seek: (source: string, flags?: string) => Sought,
): Signs {
  const sought = (kinds: DangerTable['sure']): SoughtKind[] =>
    IN_ORDER.flatMap((kind) => {
      const sources = kinds[kind];
      return sources === undefined ? [] : [{ kind, ...seek(whole(sources)) }];
    });
  return {
    language,
    sure: sought(table.sure),
    unsure: sought(table.unsure),
    innocent: seek(whole(table.innocent), 'gu'),
    denied: compiled(`\\b(?:${table.denied.join('|')})$`, 'u'),
    distant: seek(whole(table.distant)),
  };
}

/**
 * The engine compiles a pattern when it is first used, and optimizes it when it is used again: together this
 * takes some hundred milliseconds for these tables. It is better to do so at startup than while somebody
 * waits.
 */
function compiled(source: string, flags: string): RegExp {
  const pattern = new RegExp(source, flags);
  for (let use = 0; use < 2; use += 1) 'a few plain words'.replace(pattern, '');
  return pattern;
}

function whole(sources: readonly string[]): string {
  return `(?<![a-z0-9])(?:${sources.join('|')})(?![a-z0-9])`;
}

function bounded(sources: readonly string[]): string {
  return `\\b(?:${sources.join('|')})\\b`;
}
