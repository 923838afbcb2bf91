/**
 * What answers when no model can: rules, and first of all the recognition of danger. This is the only file
 * of the folder that others import.
 */
import { Companion } from './companion.ts';
import type { HelplinesOfLanguage } from './helplines.ts';
import type { Language } from './language.ts';
import { PHRASES_FOLDER, readPhrases } from './phrase-files/read-phrases.ts';

export type { Companion, CompanionInput } from './companion.ts';
export type { Message } from './message-reader.ts';

export interface CompanionOptions {
  /** Where to point to for help, by language; without it, what the phrase files name. */
  readonly helplines?: Partial<Readonly<Record<Language, HelplinesOfLanguage | undefined>>> | undefined;
  /** Other phrase files than those that the server comes with. */
  readonly phrasesFolder?: string;
}

/**
 * Reads and compiles the phrase files, which takes some hundred milliseconds. Throws an Error that names
 * every fault in them with its file and line.
 */
export function createCompanion({ helplines, phrasesFolder }: CompanionOptions = {}): Companion {
  const phrases = readPhrases(phrasesFolder ?? PHRASES_FOLDER);
  return new Companion(phrases, {
    es: helplines?.es ?? phrases.es.helplines,
    en: helplines?.en ?? phrases.en.helplines,
  });
}
