import { clean, fold, pattern } from '../text.ts';
import { plainSentences, plainWords } from './plain-words.ts';
import type { DangerKind, DangerSign, DangerTable } from './sign.ts';
import { SIGNS_ENGLISH } from './signs-english.ts';
import { SIGNS_OTHER } from './signs-other.ts';
import { SIGNS_SPANISH } from './signs-spanish.ts';

export type { DangerKind, DangerSign } from './sign.ts';

/** What one message says, with the language whose words said it. */
export interface Assessment extends DangerSign {
  readonly language: 'es' | 'en' | 'other';
  /** The words were there, and said that it is not so: "I am not going to kill myself". */
  readonly denied: boolean;
}

/** The first that is found is answered: what cannot wait, then the person's own life, then others. */
const BY_URGENCY: readonly DangerKind[] = [
  'emergency',
  'suicide',
  'self-harm',
  'harming',
  'harmed',
  'somebody-else',
  'bereaved',
];

/** Said of somebody else with the same words, so these are looked for, and taken out, before the others. */
const OF_OTHERS: readonly DangerKind[] = ['somebody-else', 'bereaved'];

const ON_PURPOSE = /\b(?:on purpose|deliberately|intentionally|a proposito|adrede|queriendo)\b/u;

const MEDIA =
  pattern(String.raw`\b(?:songs?|movies?|films?|books?|novels?|series|shows?|episodes?|games?|lyrics?|
    albums?|bands?|poems?|titled?|called|cancion(?:es)?|peliculas?|peli|libros?|novelas?|series?|
    capitulos?|juegos?|discos?|bandas?|poemas?|titulad[oa]s?|llamad[oa]|titulo|tema|obra|tango|bolero)\b`);
const QUOTED = /"[^"]{1,80}"|“[^”]{1,80}”|«[^»]{1,80}»/gu;

interface Signs {
  readonly language: Assessment['language'];
  readonly sure: readonly Sought[];
  readonly unsure: readonly Sought[];
  readonly innocent: RegExp;
  readonly denied: RegExp;
  readonly distant: RegExp;
}

interface Sought {
  readonly kind: DangerKind;
  readonly pattern: RegExp;
}

const ALL_SIGNS: readonly Signs[] = [
  compile('es', SIGNS_SPANISH),
  compile('en', SIGNS_ENGLISH),
  compile('other', SIGNS_OTHER),
];

/**
 * Looks for signs of danger, in both languages whatever the session's is. A sure sign anywhere outweighs
 * every unsure one; undefined means that none was found, never that there is none.
 */
export function assessDanger(message: string): Assessment | undefined {
  const found = plainSentences(withoutTitles(message)).flatMap((sentence) => {
    const own = ON_PURPOSE.test(sentence) ? sentence : withoutFigures(sentence);
    return ALL_SIGNS.flatMap((signs) => signsIn(own, signs));
  });
  return [...found].sort((one, other) => weight(one) - weight(other))[0];
}

/** A quoted title is not the person's own words: «la canción "Quiero morir"». */
function withoutTitles(message: string): string {
  const outside = fold(clean(message.slice(0, 2_000))).replace(QUOTED, ' ');
  return MEDIA.test(outside) ? message.replace(QUOTED, ' (…) ') : message;
}

function weight({ kind, certainty }: DangerSign): number {
  return BY_URGENCY.indexOf(kind) + (certainty === 'sure' ? 0 : BY_URGENCY.length);
}

function withoutFigures(sentence: string): string {
  return ALL_SIGNS.reduce((rest, { innocent }) => rest.replace(innocent, ' ~ '), sentence);
}

function signsIn(own: string, signs: Signs): Assessment[] {
  const distant = signs.distant.test(own);
  const found: Assessment[] = [];
  let rest = own;
  for (const { kind, pattern } of signs.sure) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    const denied = signs.denied.test(rest.slice(0, match.index));
    const doubtful = distant || denied;
    const certainty = doubtful && kind !== 'emergency' && kind !== 'bereaved' ? 'unsure' : 'sure';
    found.push({ kind, certainty, language: signs.language, denied });
    if (OF_OTHERS.includes(kind)) rest = rest.replace(match[0], ' ~ ');
  }
  if (found.length > 0) return found;
  for (const { kind, pattern } of signs.unsure) {
    if (pattern.test(own)) {
      found.push({ kind, certainty: 'unsure', language: signs.language, denied: false });
    }
  }
  return found;
}

function compile(language: Assessment['language'], table: DangerTable): Signs {
  return {
    language,
    sure: sought(table.sure),
    unsure: sought(table.unsure),
    innocent: ready(new RegExp(words(table.innocent), 'gu')),
    denied: ready(new RegExp(`\\b(?:${joined(table.denied)})$`, 'u')),
    distant: ready(new RegExp(words(table.distant), 'u')),
  };
}

function sought(table: DangerTable['sure']): Sought[] {
  return [...OF_OTHERS, ...BY_URGENCY.filter((kind) => !OF_OTHERS.includes(kind))].flatMap((kind) => {
    const sources = table[kind];
    return sources === undefined ? [] : [{ kind, pattern: ready(new RegExp(words(sources), 'u')) }];
  });
}

/**
 * The engine compiles a pattern when it is first used, and again, faster, when it is used once more:
 * together some hundred milliseconds for these tables. Better while the server starts than while somebody
 * waits.
 */
function ready(pattern: RegExp): RegExp {
  for (let use = 0; use < 2; use += 1) 'a few plain words'.replace(pattern, '');
  return pattern;
}

function words(sources: readonly string[]): string {
  return `(?<![a-z0-9])(?:${joined(sources)})(?![a-z0-9])`;
}

/** A long pattern is written over several lines; the breaks and their indentation are no part of it. */
function joined(sources: readonly string[]): string {
  return sources.map((source) => source.replace(/\n\s*/gu, '')).join('|');
}

/** For the tests of the tables: the words a table is matched against. */
export function asPlainWords(text: string): string {
  return plainWords(fold(clean(text)));
}
