import { ANSWERS } from '../care/answers.ts';
import { CARE_LISTS } from '../care/care-replies.ts';
import type { CareReplies, CareTopic } from '../care/care-replies.ts';
import { DANGER_KINDS } from '../danger/sign.ts';
import type { HelplinesOfLanguage } from '../helplines.ts';
import type { Language } from '../language.ts';
import { recordOf } from '../record-of.ts';
import { PACK_LISTS } from '../rule.ts';
import type { Pack, Rule } from '../rule.ts';
import type { Template, TemplateBook } from '../templates.ts';
import type { PhraseSection } from './phrase-file.ts';
import type { OpenFile, SectionReader } from './section-reader.ts';
import { titleOf } from './title-of.ts';

const NOT_TOPICS: readonly string[] = ['yes', 'no', 'greeting', 'only-words'];
const CARE_TOPICS = [...ANSWERS.filter((answer) => !NOT_TOPICS.includes(answer)), 'other'] as CareTopic[];

export function readPack(language: Language, open: OpenFile, book: TemplateBook): Pack {
  const conversation = open(language, 'conversation');
  return {
    ...recordOf(PACK_LISTS, (list) => saidIn(conversation, book, titleOf(list))),
    smallTalk: ['questions', 'remarks'].flatMap((name) => readRules(open(language, name), book)),
    rules: ['about-the-person', 'about-the-world'].flatMap((name) => readRules(open(language, name), book)),
    memorable: conversation.patterns('memorable'),
    topics: conversation.sections('topic').flatMap((section) => {
      const patterns = conversation.patternsIn(section);
      return conversation.saidIn(section).map((name) => ({ patterns, name: book.add(name) }));
    }),
  };
}

export function readCareReplies(file: SectionReader, book: TemplateBook): CareReplies {
  const said = (...title: readonly string[]): readonly Template[] => saidIn(file, book, ...title);
  const byKind = (title: string): CareReplies['hear'] => recordOf(DANGER_KINDS, (kind) => said(title, kind));
  return {
    ...recordOf(CARE_LISTS, (list) => said(titleOf(list))),
    hear: byKind('hear'),
    askSafe: byKind('ask-safe'),
    askThinking: byKind('ask-thinking'),
    topics: recordOf(CARE_TOPICS, (topic) => said('topics', topic)),
    topicsOf: recordOf(DANGER_KINDS, (kind) => {
      const own = CARE_TOPICS.filter((topic) => file.has('topics', topic, kind));
      return recordOf(own, (topic) => said('topics', topic, kind));
    }),
  };
}

export function readHelplines(file: SectionReader): HelplinesOfLanguage {
  const lines = (title: string): HelplinesOfLanguage['lines'] =>
    file.pairs(title).map(([place, contacts]) => ({ place, contact: contacts.join(', ') }));
  return { emergency: file.said('emergency')[0] ?? '', lines: lines('lines'), violence: lines('violence') };
}

/** `[rule / 9]` of the rules that are ranked, `[rule / says-what-it-is]` of the others. */
function readRules(file: SectionReader, book: TemplateBook): Rule[] {
  return file.sections('rule').map((section) => {
    const [, ...marks] = section.title;
    checkMarks(file, section, marks);
    return {
      rank: Number(marks.find((mark) => /^\d+$/u.test(mark)) ?? '0'),
      patterns: file.patternsIn(section),
      replies: file.saidIn(section).map((text) => book.add(text)),
      saysWhatItIs: marks.includes('says-what-it-is'),
      isAboutTasks: marks.includes('a-task'),
    };
  });
}

function checkMarks(file: SectionReader, { line }: PhraseSection, marks: readonly string[]): void {
  for (const mark of marks) {
    if (/^(?:\d+|says-what-it-is|a-task)$/u.test(mark)) continue;
    file.fault(line, `"${mark}" is neither a rank nor a mark of a rule`);
  }
}

function saidIn(file: SectionReader, book: TemplateBook, ...title: readonly string[]): readonly Template[] {
  return file.said(...title).map((text) => book.add(text));
}
