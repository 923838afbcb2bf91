import { ANSWERS } from '../care/answers.ts';
import type { AnswerPatterns } from '../care/answers.ts';
import { DANGER_KINDS } from '../danger/sign.ts';
import type { DangerPhrases, DangerTable } from '../danger/sign.ts';
import { recordOf } from '../record-of.ts';
import type { CommonWords } from '../rule.ts';
import type { OpenFile, SectionReader } from './section-reader.ts';

/** One kind of file in both languages, for what is looked for in either. */
export function bothLanguages(open: OpenFile, name: string): readonly SectionReader[] {
  return [open('es', name), open('en', name)];
}

export function readDangerPhrases(open: OpenFile): DangerPhrases {
  const both = bothLanguages(open, 'danger');
  const other = open('other', 'danger');
  return {
    es: readDangerTable(open('es', 'danger'), open('es', 'figures-of-speech')),
    en: readDangerTable(open('en', 'danger'), open('en', 'figures-of-speech')),
    other: readDangerTable(other, other),
    onPurpose: both.flatMap((file) => file.patterns('on-purpose')),
    works: both.flatMap((file) => file.patterns('works')),
    // Of a spelling that both languages have, the Spanish one comes last and wins.
    spellings: new Map(
      [open('en', 'spellings'), open('es', 'spellings')].flatMap((file) =>
        file
          .pairs('spellings')
          .flatMap(([word, typed]) => typed.map((variant): [string, string] => [variant, word])),
      ),
    ),
  };
}

/** Yes and no, and the little that must not be missed, in both languages. */
export function readAnswers(files: readonly SectionReader[]): AnswerPatterns {
  return recordOf(ANSWERS, (answer) => files.flatMap((file) => file.patterns(answer)));
}

export function readCommonWords(files: readonly SectionReader[]): CommonWords {
  return {
    greetings: files.flatMap((file) => file.patterns('greetings')),
    deaths: files.flatMap((file) => file.patterns('deaths')),
    clauseOpeners: files.flatMap((file) => file.texts('clause-openers')),
    neverLast: files.flatMap((file) => file.texts('never-last')),
  };
}

function readDangerTable(signs: SectionReader, figures: SectionReader): DangerTable {
  return {
    sure: readKinds(signs, 'sure'),
    unsure: readKinds(signs, 'unsure'),
    innocent: figures.patterns('innocent'),
    denied: signs.patterns('denied'),
    distant: signs.patterns('distant'),
  };
}

function readKinds(file: SectionReader, certainty: 'sure' | 'unsure'): DangerTable['sure'] {
  const kinds = DANGER_KINDS.filter((kind) => file.has(certainty, kind));
  return recordOf(kinds, (kind) => file.patterns(certainty, kind));
}
