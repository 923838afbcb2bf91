import type { Answer, AnswerReader } from './care/answers.ts';
import type { CareQuestion } from './care/care-replies.ts';
import type { Assessment, DangerDetector } from './danger/assess.ts';
import type { Language, LanguageDetector, RegisterDetector } from './language.ts';
import type { Register, Template, TemplateFinder } from './templates.ts';

/** One message of the conversation handed in. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What one message of the person says, by itself. */
export interface PersonReading {
  readonly text: string;
  readonly sign: Assessment | undefined;
  readonly answer: Answer;
  readonly language: Language | 'other' | undefined;
  readonly register: Register | undefined;
}

/** What one earlier reply says, the companion's or a model's. */
export interface ReplyReading {
  readonly text: string;
  /** The templates that it says. */
  readonly said: readonly Template[];
  /** The question that it ends with. */
  readonly asked: CareQuestion;
}

export interface Detectors {
  readonly danger: DangerDetector;
  readonly answers: AnswerReader;
  readonly languages: LanguageDetector;
  readonly registers: RegisterDetector;
  readonly templates: TemplateFinder;
  /** The question that a reply with these templates ends with. */
  readonly askedBy: (said: readonly Template[]) => CareQuestion;
}

/**
 * Reads messages, each once: a message object that comes again, because the conversation has gone on, is not
 * read again. What is remembered goes when the caller lets go of the message, and it never changes a reply.
 */
export class MessageReader {
  readonly #detectors: Detectors;
  readonly #persons = new WeakMap<Message, PersonReading>();
  readonly #replies = new WeakMap<Message, ReplyReading>();

  constructor(detectors: Detectors) {
    this.#detectors = detectors;
  }

  person(message: Message): PersonReading {
    const known = this.#persons.get(message);
    // The text is compared as well: a caller may have put another text into its object.
    if (known?.text === message.content) return known;
    const { danger, answers, languages, registers } = this.#detectors;
    const text = message.content;
    const reading = {
      text,
      sign: danger.assess(text),
      answer: answers.read(text),
      language: languages.languageOf(text),
      register: registers.registerOf(text),
    };
    this.#persons.set(message, reading);
    return reading;
  }

  reply(message: Message): ReplyReading {
    const known = this.#replies.get(message);
    if (known?.text === message.content) return known;
    const { templates, askedBy } = this.#detectors;
    const text = message.content;
    const said = templates.saidIn(text);
    const reading = { text, said, asked: askedBy(said) };
    this.#replies.set(message, reading);
    return reading;
  }
}
