import { recordOf } from '../record-of.ts';
import type { EnglishReflectionPhrases } from '../reflection/english.ts';
import { SPANISH_WORD_LISTS } from '../reflection/spanish.ts';
import type { SpanishReflectionPhrases } from '../reflection/spanish.ts';
import { spanishVerbs, STEM_CHANGES } from '../reflection/spanish-verbs.ts';
import type { StemChange, VerbForms, VerbPhrases } from '../reflection/spanish-verbs.ts';
import type { SectionReader } from './section-reader.ts';
import { titleOf } from './title-of.ts';

export function readSpanishReflection(file: SectionReader, verbs: SectionReader): SpanishReflectionPhrases {
  return {
    words: recordOf(SPANISH_WORD_LISTS, (list) => new Set(file.words(titleOf(list)))),
    fromMe: new Map(
      file.pairs('from-me').map(([mine, [tú = '', usted = tú, vos = tú]]) => [mine, { tú, usted, vos }]),
    ),
    fromYou: new Map(onePair(file, 'from-you')),
    verbs: spanishVerbs(readVerbs(verbs)),
  };
}

export function readEnglishReflection(file: SectionReader): EnglishReflectionPhrases {
  return {
    fromMe: new Map(onePair(file, 'from-me')),
    fromYou: new Map(onePair(file, 'from-you')),
    subjectBefore: new Set(file.words('subject-before')),
    subjectAfter: new Set(file.words('subject-after')),
  };
}

function readVerbs(file: SectionReader): VerbPhrases {
  return {
    regular: file.words('regular'),
    changing: onePair(file, 'stem-changing').map(([infinitive, change]) => {
      const isKnown = (STEM_CHANGES as readonly string[]).includes(change);
      if (!isKnown)
        file.fault(1, `"${infinitive}: ${change}" does not name one of ${STEM_CHANGES.join(', ')}`);
      return [infinitive, isKnown ? (change as StemChange) : 'none'];
    }),
    irregular: file.rows(4, 'irregular').map(formsOf),
    shared: file.rows(4, 'shared').map(formsOf),
  };
}

function formsOf([yo = '', tú = '', usted = '', vos = '']: readonly string[]): VerbForms {
  return { yo, tú, usted, vos };
}

function onePair(file: SectionReader, title: string): [string, string][] {
  return file.pairs(title).map(([left, [right = '']]) => [left, right]);
}
