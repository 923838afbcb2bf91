import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import type { Phrases, PhrasesOfLanguage } from '../phrases.ts';
import { TemplateBook } from '../templates.ts';
import { bothLanguages, readAnswers, readCommonWords, readDangerPhrases } from './listening.ts';
import { parsePhraseFile } from './phrase-file.ts';
import { PhraseFaults } from './phrase-faults.ts';
import { readEnglishReflection, readSpanishReflection } from './reflection-files.ts';
import { SectionReader, type OpenFile } from './section-reader.ts';
import { readCareReplies, readHelplines, readPack } from './speaking.ts';

/** The folder that the server comes with. */
export const PHRASES_FOLDER = join(import.meta.dirname, '../phrases');

const LANGUAGES = ['es', 'en'] as const;

/**
 * Reads every phrase file of a folder laid out as `phrases/readme.md` says. Throws an Error that names all
 * faults, each with its file and line.
 */
export function readPhrases(folder: string): Phrases {
  const faults = new PhraseFaults();
  const readers = new Map<string, SectionReader>();
  const open: OpenFile = (language, name) => {
    const path = `${language}/${name}.txt`;
    const reader =
      readers.get(path) ??
      new SectionReader(parsePhraseFile(path, textOf(join(folder, path), path, faults), faults), faults);
    readers.set(path, reader);
    return reader;
  };
  const phrases = read(open);
  for (const reader of readers.values()) reader.end();
  faults.throwIfAny();
  return phrases;
}

function read(open: OpenFile): Phrases {
  const templates = new TemplateBook();
  const ofLanguage = <Reflection>(
    language: Language,
    reflection: Reflection,
  ): PhrasesOfLanguage<Reflection> => ({
    pack: readPack(language, open, templates),
    care: readCareReplies(open(language, 'care'), templates),
    helplines: readHelplines(open(language, 'helplines')),
    reflection,
  });
  const words = open('es', 'words');
  return {
    es: ofLanguage('es', readSpanishReflection(open('es', 'reflection'), open('es', 'verbs'))),
    en: ofLanguage('en', readEnglishReflection(open('en', 'reflection'))),
    danger: readDangerPhrases(open),
    answers: readAnswers(LANGUAGES.map((language) => open(language, 'answers'))),
    words: {
      es: new Set(words.words('words')),
      en: new Set(open('en', 'words').words('words')),
      other: new Set(open('other', 'words').words('words')),
    },
    registers: { usted: words.patterns('usted'), vos: words.patterns('vos'), tú: words.patterns('tu') },
    common: readCommonWords(bothLanguages(open, 'words')),
    templates,
  };
}

function textOf(path: string, name: string, faults: PhraseFaults): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    faults.add(name, 1, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return '';
  }
}
