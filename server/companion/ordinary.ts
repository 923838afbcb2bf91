import type { Conversation } from './conversation.ts';
import { assessDanger } from './danger/assess.ts';
import { PACK_ENGLISH } from './english/pack.ts';
import { reflectEnglish } from './english/reflect.ts';
import { languageOf } from './language.ts';
import type { Pack, Rule } from './rule.ts';
import { PACK_SPANISH } from './spanish/pack.ts';
import { reflectSpanish } from './spanish/reflect.ts';
import type { Speaker } from './speaker.ts';
import { says } from './templates.ts';
import type { Register, Template } from './templates.ts';
import { clausesOf, clean, fold, gist, pattern, wordsOf } from './text.ts';

export interface OrdinaryReply {
  readonly text: string;
  /** The reply already tells what the companion is. */
  readonly saysWhatItIs: boolean;
}

const LONG_WORDS = 90;
/** What is read of a message: enough for any person, and a bound for the patterns. */
const READ_MAX = 8_000;
const CLAUSES_MAX = 60;
const CLAUSE_LENGTH_MAX = 300;
const ECHO_WORDS_MAX = 12;
const ECHO_LENGTH_MAX = 90;
/** How many of the person's earlier messages are searched for something to come back to. */
const MEMORY_MESSAGES = 12;

const SAD_EMOJI = /[😢😭😞😔😟🙁☹😣😖😫😩🥺😥😰😓💔😿🖤😪😕😦😧🥀]/u;
const HAPPY_EMOJI = /[😀😃😄😁😆😊🙂😍🥰😂🤣🎉🥳😎😇❤💖💕🤗👏👍✨🌞😺💪🙌]/u;
/** A death is not brought up again by a rule. */
const NOT_TO_BRING_UP = /\b(?:muri|muert|fallec|aborto|died|dead|death|passed away|funeral|lost my)/u;
const NOT_FOR_ECHO = /[<>{}[\]\\|@#*_`~]|https?:|www\.|\d{5,}/u;
const ARITHMETIC = /^[\d\s().,]+(?:[-+*/x×÷^=]\s*[\d\s().,]*)+\??$/u;

/** The tables with their patterns compiled, once: they never change. */
const COMPILED = { es: compilePack(PACK_SPANISH), en: compilePack(PACK_ENGLISH) } as const;

export function packOf(speaker: Pick<Speaker, 'language'>): Pack {
  return speaker.language === 'es' ? PACK_SPANISH : PACK_ENGLISH;
}

/**
 * Rules in order: the shape of the message, small talk, keywords by rank, a memory, a question, a neutral
 * prompt.
 */
export function ordinaryReply(
  conversation: Conversation,
  speaker: Speaker,
  register: Register,
): OrdinaryReply {
  const pack = packOf(speaker);
  const message = clean(conversation.message.slice(0, READ_MAX)).trim();
  return (
    plain(byShape(message, conversation, pack, speaker)) ??
    smallTalk(message, speaker) ??
    plain(longMessage(message, pack, speaker)) ??
    plain(byKeyword(message, speaker, register)) ??
    plain(/[?¿]/u.test(message) ? speaker.trySay(pack.question, []) : undefined) ??
    plain(fromMemory(conversation, pack, speaker, register)) ?? {
      text: speaker.say(pack.neutral),
      saysWhatItIs: false,
    }
  );
}

function byShape(
  message: string,
  conversation: Conversation,
  pack: Pack,
  speaker: Speaker,
): string | undefined {
  const list = shapeOf(message, conversation, pack);
  return list === undefined ? undefined : speaker.trySay(list, []);
}

function shapeOf(message: string, conversation: Conversation, pack: Pack): readonly Template[] | undefined {
  if (ARITHMETIC.test(message)) return requests(pack);
  if (!/\p{L}/u.test(message)) {
    if (SAD_EMOJI.test(message)) return pack.emojiSad;
    if (HAPPY_EMOJI.test(message)) return pack.emojiHappy;
    return /\p{Extended_Pictographic}/u.test(message) ? pack.emoji : pack.symbols;
  }
  if (languageOf(message) === 'other') return pack.foreign;
  const words = gist(message);
  const before = gist(conversation.persons.at(-2) ?? '');
  if (words === before && words.length > 3) return pack.repeated;
  return isGarbled(words) ? pack.garbled : undefined;
}

/** Asked for a sum: the same as for any other task. */
function requests(pack: Pack): readonly Template[] | undefined {
  return pack.smallTalk.find(({ patterns }) => patterns.some((source) => /translat|traduc/u.test(source)))
    ?.replies;
}

function isGarbled(words: string): boolean {
  const list = words.split(' ');
  return (
    list.length <= 4 &&
    list.every(
      (word) =>
        (word.length > 4 && !/[aeiouy]/u.test(word)) ||
        /[bcdfghjklmnpqrstvwxz]{6,}/u.test(word) ||
        /^(?:asdf|qwer|zxcv|sdfg|hjkl|jkl|fdsa|aoeu|wasd)[a-z]*$/u.test(word),
    )
  );
}

function smallTalk(message: string, speaker: Speaker): OrdinaryReply | undefined {
  const said = wordsOf(fold(message)).join(' ');
  if (said.length > CLAUSE_LENGTH_MAX) return undefined;
  const rule = COMPILED[speaker.language].smallTalk.find(({ patterns }) =>
    patterns.some((pattern) => pattern.test(said)),
  )?.rule;
  const text = rule === undefined ? undefined : speaker.trySay(rule.replies, []);
  return text === undefined ? undefined : { text, saysWhatItIs: rule?.saysWhatItIs === true };
}

function longMessage(message: string, pack: Pack, speaker: Speaker): string | undefined {
  if (wordsOf(message).length < LONG_WORDS) return undefined;
  const folded = fold(message);
  const topics = pack.topics
    .filter(([source]) => whole(source).test(folded))
    .map(([, name]) => speaker.form(name))
    .slice(0, 3);
  if (topics.length < 2) return speaker.trySay(pack.long, []);
  const last = topics.at(-1) ?? '';
  return speaker.trySay(pack.longTopics, [`${topics.slice(0, -1).join(', ')} ${pack.and} ${last}`]);
}

interface Match {
  readonly rule: Rule;
  readonly echo: string | undefined;
}

function byKeyword(message: string, speaker: Speaker, register: Register): string | undefined {
  const clauses = clausesOf(message).slice(0, CLAUSES_MAX);
  const matches = clauses.flatMap((clause) => matchesIn(clause, speaker, register));
  // Of equal rank the last thing said wins: it is where the person has got to.
  const ranked = matches.toReversed().sort((one, other) => other.rule.rank - one.rule.rank);
  for (const { rule, echo } of ranked) {
    const text = speaker.trySay(rule.replies, echo === undefined ? [] : [echo]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function matchesIn(clause: string, speaker: Speaker, register: Register): Match[] {
  const read = clause.slice(0, CLAUSE_LENGTH_MAX);
  const folded = fold(read);
  return COMPILED[speaker.language].rules.flatMap(({ rule, patterns }) => {
    for (const pattern of patterns) {
      const found = pattern.exec(folded);
      if (found === null) continue;
      const group = found.indices?.slice(1).find((range) => range !== undefined);
      const fragment = group === undefined ? undefined : read.slice(group[0], group[1]);
      return [{ rule, echo: echoOf(fragment, speaker, register) }];
    }
    return [];
  });
}

/** What can be said back: short, without marks, and reflected without a doubt. */
function echoOf(fragment: string | undefined, speaker: Speaker, register: Register): string | undefined {
  const said = fragment
    ?.trim()
    .replace(/\s+(?:y|o|and|or|que|de|a|the|to|but|pero|lol|jaja|haha|por favor|please)$/iu, '');
  if (said === undefined || said === '' || NOT_FOR_ECHO.test(said)) return undefined;
  if (said.length > ECHO_LENGTH_MAX || said.split(/\s+/u).length > ECHO_WORDS_MAX) return undefined;
  if (/\p{Extended_Pictographic}/u.test(said)) return undefined;
  return speaker.language === 'es' ? reflectSpanish(said, register) : reflectEnglish(said);
}

/** A statement of an earlier message that was not brought back yet, the oldest first. */
function fromMemory(
  conversation: Conversation,
  pack: Pack,
  speaker: Speaker,
  register: Register,
): string | undefined {
  const earlier = conversation.persons.slice(-MEMORY_MESSAGES, -1);
  for (const said of earlier) {
    if (NOT_TO_BRING_UP.test(fold(said)) || assessDanger(said) !== undefined) continue;
    const echo = memorable(said, speaker, register);
    if (echo === undefined) continue;
    const text = speaker.trySay(pack.memory, [echo]);
    const told = pack.memory.some((template) =>
      conversation.replies.some((reply) => reply.includes(echo) && says(reply, template)),
    );
    if (!told) return text;
  }
  return undefined;
}

/** The first statement of a message that can be said back: "your mother does not listen to you". */
export function memorable(said: string, speaker: Speaker, register: Register): string | undefined {
  if (languageOf(said) !== speaker.language) return undefined;
  for (const clause of clausesOf(clean(said.slice(0, READ_MAX))).slice(0, CLAUSES_MAX)) {
    const folded = fold(clause.slice(0, CLAUSE_LENGTH_MAX));
    for (const pattern of COMPILED[speaker.language].memorable) {
      const range = pattern.exec(folded)?.indices?.[1];
      const echo = range === undefined ? undefined : echoOf(clause.slice(...range), speaker, register);
      if (echo !== undefined) return echo;
    }
  }
  return undefined;
}

function whole(source: string, flags = ''): RegExp {
  return pattern(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, flags);
}

interface CompiledRule {
  readonly rule: Rule;
  readonly patterns: readonly RegExp[];
}

interface CompiledPack {
  readonly smallTalk: readonly CompiledRule[];
  readonly rules: readonly CompiledRule[];
  readonly memorable: readonly RegExp[];
}

function compilePack(pack: Pack): CompiledPack {
  return {
    smallTalk: pack.smallTalk.map((rule) => ({
      rule,
      patterns: rule.patterns.map((source) => pattern(source)),
    })),
    rules: pack.rules.map((rule) => ({ rule, patterns: rule.patterns.map((source) => whole(source, 'd')) })),
    memorable: pack.memorable.map((source) => pattern(`^${source}$`, 'd')),
  };
}

function plain(text: string | undefined): OrdinaryReply | undefined {
  return text === undefined ? undefined : { text, saysWhatItIs: false };
}
