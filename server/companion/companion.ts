import { careReply, doorOpen, askedBy, questionsOf } from './care/reply.ts';
import { AnswerReader } from './care/answers.ts';
import { readCare } from './care/state.ts';
import type { CareReading } from './care/state.ts';
import { readConversation } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { DangerDetector } from './danger/assess.ts';
import { Echo } from './echo.ts';
import type { HelplinesOfLanguage } from './helplines.ts';
import { languageToAnswerIn, LanguageDetector, RegisterDetector } from './language.ts';
import type { Language } from './language.ts';
import { MessageReader } from './message-reader.ts';
import type { Message } from './message-reader.ts';
import { OrdinaryTalk } from './ordinary.ts';
import type { Phrases } from './phrases.ts';
import { EnglishReflection } from './reflection/english.ts';
import { SpanishReflection } from './reflection/spanish.ts';
import { Speaker } from './speaker.ts';
import type { Template } from './templates.ts';
import { clean, fold } from './text.ts';

export interface CompanionInput {
  /** Whole turns, oldest first; the last one is the person's new message. */
  readonly messages: readonly Message[];
  /** The session's language; a message that is clearly in the other one is answered in that. */
  readonly locale: Language;
}

/** A shorter reply ("Go on.") could just as well come from a model. */
const TELLING_LENGTH = 20;
/** So much of a message is read to see whether it greets. */
const GREETING_LENGTH = 100;

/** Answers when no model can. */
export class Companion {
  readonly #phrases: Phrases;
  readonly #helplines: Readonly<Record<Language, HelplinesOfLanguage>>;
  readonly #reader: MessageReader;
  readonly #echo: Echo;
  readonly #ordinary: OrdinaryTalk;
  readonly #greeting: RegExp;
  readonly #introductions: ReadonlySet<Template>;

  constructor(phrases: Phrases, helplines: Readonly<Record<Language, HelplinesOfLanguage>>) {
    this.#phrases = phrases;
    this.#helplines = helplines;
    this.#reader = messageReaderOf(phrases);
    const { es, en, common } = phrases;
    this.#echo = new Echo({
      common,
      memorable: { es: es.pack.memorable, en: en.pack.memorable },
      spanish: new SpanishReflection(es.reflection),
      english: new EnglishReflection(en.reflection),
    });
    this.#ordinary = new OrdinaryTalk({ es: es.pack, en: en.pack }, common, this.#echo);
    this.#greeting = new RegExp(`^\\W*(?:${common.greetings.join('|')})\\b`, 'u');
    this.#introductions = new Set(
      [es, en].flatMap(({ pack, care }) => [...pack.introduction, ...care.whatIAm]),
    );
  }

  /**
   * The whole reply. The same conversation always gives the same reply; the companion remembers only what it
   * is handed. Signs of danger go before every other rule, and the turns after one stay gentle. A message
   * object that comes again is not read again.
   */
  reply({ messages, locale }: CompanionInput): string {
    const conversation = readConversation(messages, this.#reader);
    const { persons, asked, replies, message } = conversation;
    const reading = readCare(
      persons.map(({ sign, answer }, turn) => ({ sign, answer, asked: asked[turn] ?? 'none' })),
    );
    const language = languageFor(conversation, reading, locale);
    const register = persons.findLast((person) => person.register !== undefined)?.register ?? 'tú';
    const speaker = new Speaker(language, register, replies);
    const introduce = !this.#wasIntroduced(conversation);
    const { care, pack } = this.#phrases[language];
    const isTopic = reading.move.say === 'topic' && reading.sign === undefined;
    const isOwnLanguage = persons.at(-1)?.language === language;
    const context = {
      care,
      speaker,
      helplines: this.#helplines[language],
      introduce,
      echo: isTopic && isOwnLanguage ? this.#echo.statementIn(message, speaker) : undefined,
    };
    const cared = careReply(reading.move, context);
    if (cared !== undefined) return cared;
    const { text, saysWhatItIs } = this.#ordinary.reply(conversation, speaker);
    const body = reading.move.say === 'door-open' ? `${text}\n\n${doorOpen(context)}` : text;
    if (!introduce) return body;
    const greeting = this.#greets(message) || persons.length <= 1 ? `${speaker.say(pack.hello)} ` : '';
    const introduction = `${greeting}${speaker.say(pack.introduction)}`;
    return `${introduction}\n\n${saysWhatItIs ? speaker.say(pack.afterIntroduction) : body}`;
  }

  #greets(message: string): boolean {
    return this.#greeting.test(fold(clean(message.slice(0, GREETING_LENGTH))));
  }

  /**
   * The companion says once what it is; after a model's replies it has yet to say it. When the beginning was
   * cut off to fit, the last reply shows that the companion gave it.
   */
  #wasIntroduced({ replies }: Conversation): boolean {
    return (
      replies.at(-1)?.said.some(({ text }) => text.length > TELLING_LENGTH) === true ||
      replies.some(({ said }) => said.some((template) => this.#introductions.has(template)))
    );
  }
}

/**
 * Words of danger decide: a cry for help in one language is answered in it, whatever the session's language
 * is.
 */
function languageFor({ persons }: Conversation, { sign }: CareReading, locale: Language): Language {
  const languages = persons.map(({ language }) => language);
  if (sign === undefined || sign.language === 'other') return languageToAnswerIn(languages, locale);
  return languageToAnswerIn(languages.slice(-1), sign.language);
}

function messageReaderOf({ es, en, danger, answers, words, registers, templates }: Phrases): MessageReader {
  const questions = [questionsOf(es.care), questionsOf(en.care)];
  return new MessageReader({
    danger: new DangerDetector(danger),
    answers: new AnswerReader(answers),
    languages: new LanguageDetector(words),
    registers: new RegisterDetector(registers),
    templates: templates.finder(),
    askedBy: (said) => askedBy(said, questions),
  });
}
