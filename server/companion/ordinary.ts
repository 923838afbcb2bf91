import type { Conversation } from './conversation.ts';
import { CLAUSE_LENGTH_MAX, READ_MAX } from './echo.ts';
import type { Echo } from './echo.ts';
import type { Language } from './language.ts';
import type { PersonReading } from './message-reader.ts';
import { isArithmetic, isGarbled, wordlessShape } from './message-shape.ts';
import type { CommonWords, Pack } from './rule.ts';
import { RuleSet, wholeWords } from './rule-set.ts';
import type { RuleMatch } from './rule-set.ts';
import type { Speaker } from './speaker.ts';
import type { Register, Template } from './templates.ts';
import { clean, fold, gist, wordsOf } from './text.ts';

export interface OrdinaryReply {
  readonly text: string;
  /** The reply already tells what the companion is. */
  readonly saysWhatItIs: boolean;
}

const LONG_WORDS = 90;
const TOPICS_MAX = 3;
/** How many of the person's earlier messages are searched for something to come back to. */
const MEMORY_MESSAGES = 12;

interface CompiledPack {
  readonly pack: Pack;
  readonly smallTalk: RuleSet;
  readonly rules: RuleSet;
  readonly topics: readonly { readonly pattern: RegExp; readonly name: Template }[];
  /** What is said when asked for what only a model can do. */
  readonly tasks: readonly Template[];
}

interface Statement {
  readonly register: Register;
  readonly text: string | undefined;
}

/** Replies outside hard moments. */
export class OrdinaryTalk {
  readonly #packs: Readonly<Record<Language, CompiledPack>>;
  readonly #echo: Echo;
  readonly #deaths: RegExp;
  /** What can be brought back of earlier messages; it goes when the message goes. */
  readonly #statements = new WeakMap<PersonReading, Statement>();

  constructor(packs: Readonly<Record<Language, Pack>>, common: CommonWords, echo: Echo) {
    this.#packs = { es: compilePack(packs.es), en: compilePack(packs.en) };
    this.#echo = echo;
    this.#deaths = new RegExp(`\\b(?:${common.deaths.join('|')})`, 'u');
  }

  /**
   * Rules in order: the shape of the message, small talk, keywords by rank, a memory, a question, a neutral
   * prompt.
   */
  reply(conversation: Conversation, speaker: Speaker): OrdinaryReply {
    const { pack } = this.#packs[speaker.language];
    const message = clean(conversation.message.slice(0, READ_MAX)).trim();
    return (
      plain(this.#byShape(message, conversation, speaker)) ??
      this.#smallTalk(message, speaker) ??
      plain(this.#longMessage(message, speaker)) ??
      plain(this.#byKeyword(message, speaker)) ??
      plain(/[?¿]/u.test(message) ? speaker.trySay(pack.question, []) : undefined) ??
      plain(this.#fromMemory(conversation, speaker)) ?? {
        text: speaker.say(pack.neutral),
        saysWhatItIs: false,
      }
    );
  }

  #byShape(message: string, conversation: Conversation, speaker: Speaker): string | undefined {
    const list = this.#shapeOf(message, conversation, speaker.language);
    return list === undefined ? undefined : speaker.trySay(list, []);
  }

  #shapeOf(message: string, { persons }: Conversation, language: Language): readonly Template[] | undefined {
    const { pack, tasks } = this.#packs[language];
    if (isArithmetic(message)) return tasks;
    const wordless = wordlessShape(message);
    if (wordless !== undefined) return pack[wordless];
    if (persons.at(-1)?.language === 'other') return pack.foreign;
    const words = gist(message);
    if (words.length > 3 && words === gist(persons.at(-2)?.text ?? '')) return pack.repeated;
    return isGarbled(words) ? pack.garbled : undefined;
  }

  #smallTalk(message: string, speaker: Speaker): OrdinaryReply | undefined {
    const said = wordsOf(fold(message)).join(' ');
    if (said.length > CLAUSE_LENGTH_MAX) return undefined;
    const rule = this.#packs[speaker.language].smallTalk.first(said);
    const text = rule === undefined ? undefined : speaker.trySay(rule.replies, []);
    return text === undefined ? undefined : { text, saysWhatItIs: rule?.saysWhatItIs === true };
  }

  #longMessage(message: string, speaker: Speaker): string | undefined {
    if (wordsOf(message).length < LONG_WORDS) return undefined;
    const { pack, topics } = this.#packs[speaker.language];
    const folded = fold(message);
    const names = topics
      .filter(({ pattern }) => pattern.test(folded))
      .map(({ name }) => speaker.form(name))
      .slice(0, TOPICS_MAX);
    if (names.length < 2) return speaker.trySay(pack.long, []);
    const and = speaker.say(pack.and);
    return speaker.trySay(pack.longTopics, [`${names.slice(0, -1).join(', ')} ${and} ${names.at(-1) ?? ''}`]);
  }

  #byKeyword(message: string, speaker: Speaker): string | undefined {
    const matches = this.#echo.clausesOf(message).flatMap((clause) => this.#matchesIn(clause, speaker));
    // Of equal rank the last thing said wins: it is where the person has got to.
    const ranked = matches.toReversed().sort((one, other) => other.rule.rank - one.rule.rank);
    for (const { rule, fragment } of ranked) {
      const echo = fragment === undefined ? undefined : this.#echo.of(fragment, speaker);
      const text = speaker.trySay(rule.replies, echo === undefined ? [] : [echo]);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #matchesIn(clause: string, { language }: Speaker): (Pick<RuleMatch, 'rule'> & { fragment?: string })[] {
    return this.#packs[language].rules
      .matches(fold(clause))
      .map(({ rule, group }) =>
        group === undefined ? { rule } : { rule, fragment: clause.slice(...group) },
      );
  }

  /** A statement of an earlier message that was not brought back yet, the oldest first. */
  #fromMemory({ persons, replies }: Conversation, speaker: Speaker): string | undefined {
    const { memory } = this.#packs[speaker.language].pack;
    for (const person of persons.slice(-MEMORY_MESSAGES, -1)) {
      const statement = this.#statementOf(person, speaker);
      if (statement === undefined) continue;
      const wasTold = replies.some(
        ({ text, said }) => text.includes(statement) && said.some((template) => memory.includes(template)),
      );
      if (!wasTold) return speaker.trySay(memory, [statement]);
    }
    return undefined;
  }

  #statementOf(person: PersonReading, { language, register }: Speaker): string | undefined {
    if (person.language !== language || person.sign !== undefined) return undefined;
    const known = this.#statements.get(person);
    if (known?.register === register) return known.text;
    const isOfDeath = this.#deaths.test(fold(person.text));
    const text = isOfDeath ? undefined : this.#echo.statementIn(person.text, { language, register });
    this.#statements.set(person, { register, text });
    return text;
  }
}

function compilePack(pack: Pack): CompiledPack {
  return {
    pack,
    smallTalk: new RuleSet(pack.smallTalk, { bounded: false }),
    rules: new RuleSet(pack.rules, { bounded: true }),
    topics: pack.topics.map(({ patterns, name }) => ({
      pattern: new RegExp(wholeWords(patterns.join('|')), 'u'),
      name,
    })),
    tasks: pack.smallTalk.find(({ isAboutTasks }) => isAboutTasks)?.replies ?? [],
  };
}

function plain(text: string | undefined): OrdinaryReply | undefined {
  return text === undefined ? undefined : { text, saysWhatItIs: false };
}
