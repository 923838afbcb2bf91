import type { AnswerPatterns } from './care/answers.ts';
import type { CareReplies } from './care/care-replies.ts';
import type { DangerPhrases } from './danger/sign.ts';
import type { HelplinesOfLanguage } from './helplines.ts';
import type { LanguageWords, RegisterPatterns } from './language.ts';
import type { EnglishReflectionPhrases } from './reflection/english.ts';
import type { SpanishReflectionPhrases } from './reflection/spanish.ts';
import type { CommonWords, Pack } from './rule.ts';
import type { TemplateBook } from './templates.ts';

/** What the companion says in one language, and how it reflects what the person said. */
export interface PhrasesOfLanguage<Reflection> {
  readonly pack: Pack;
  readonly care: CareReplies;
  readonly helplines: HelplinesOfLanguage;
  readonly reflection: Reflection;
}

/** Everything in the phrase files. */
export interface Phrases {
  readonly es: PhrasesOfLanguage<SpanishReflectionPhrases>;
  readonly en: PhrasesOfLanguage<EnglishReflectionPhrases>;
  readonly danger: DangerPhrases;
  readonly answers: AnswerPatterns;
  readonly words: LanguageWords;
  readonly registers: RegisterPatterns;
  readonly common: CommonWords;
  /** Every template that is said in either language. */
  readonly templates: TemplateBook;
}
