import type { Template } from './templates.ts';

/** A keyword rule: decomposition patterns, tried on folded text, and the replies used in turn. */
export interface Rule {
  /** Between two rules that match, the one that touches what matters more. */
  readonly rank: number;
  /** Sources of regular expressions; the first group, if any, is reflected into `{1}`. */
  readonly patterns: readonly string[];
  readonly replies: readonly Template[];
  /** The replies already say what the companion is, so a first reply need not say it twice. */
  readonly saysWhatItIs: boolean;
  /** The replies answer a request that only a model could fulfil. */
  readonly isAboutTasks: boolean;
}

/** What a long message may speak of: patterns, and how it is called. */
export interface Topic {
  readonly patterns: readonly string[];
  readonly name: Template;
}

/** Everything the companion says in one language outside hard moments. */
export interface Pack extends Readonly<Record<PackList, readonly Template[]>> {
  /** Tried on the whole message, in order. */
  readonly smallTalk: readonly Rule[];
  /** Tried on each clause; the highest rank wins, and of equals the last thing said. */
  readonly rules: readonly Rule[];
  /** What is worth coming back to; group 1 is the statement. */
  readonly memorable: readonly string[];
  readonly topics: readonly Topic[];
}

export type PackList = (typeof PACK_LISTS)[number];

export const PACK_LISTS = [
  /** Said once, in the first reply of a conversation. */
  'introduction',
  'hello',
  /** Ends a first reply that was about the companion itself. */
  'afterIntroduction',
  'memory',
  'and',
  'longTopics',
  'long',
  'repeated',
  'question',
  'neutral',
  'emojiSad',
  'emojiHappy',
  'emoji',
  'garbled',
  'symbols',
  'foreign',
] as const;

/** Words that the companion looks for in both languages at once. */
export interface CommonWords {
  /** A message that begins so gets a greeting back. */
  readonly greetings: readonly string[];
  /** Beginnings of words that speak of a death: it is not brought up again by a rule. */
  readonly deaths: readonly string[];
  /** Words that begin a new clause. */
  readonly clauseOpeners: readonly string[];
  /** Words that are left out at the end of what is said back. */
  readonly neverLast: readonly string[];
}
