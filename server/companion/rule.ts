import type { Template } from './templates.ts';

/** A keyword rule: decomposition patterns, tried on folded text, and the replies used in turn. */
export interface Rule {
  /** Between two rules that match, the one that touches what matters more; see the tables. */
  readonly rank: number;
  /** Sources of regular expressions; the first group, if any, is reflected into `{1}`. */
  readonly patterns: readonly string[];
  readonly replies: readonly Template[];
  /** The replies already say what the companion is, so a first reply need not say it twice. */
  readonly saysWhatItIs?: true;
}

/** Everything the companion says in one language outside hard moments. */
export interface Pack {
  /** Said once, in the first reply of a conversation. */
  readonly introduction: Template;
  readonly hello: string;
  /** Ends a first reply that was about the companion itself. */
  readonly afterIntroduction: readonly Template[];
  /** Tried on the whole message, in order. */
  readonly smallTalk: readonly Rule[];
  /** Tried on each clause; the highest rank wins, and of equals the last thing said. */
  readonly rules: readonly Rule[];
  /** What is worth coming back to; group 1 is the statement. */
  readonly memorable: readonly string[];
  readonly memory: readonly Template[];
  /** What a long message may speak of: pattern and how it is called back, in three forms. */
  readonly topics: readonly (readonly [string, Template])[];
  readonly and: string;
  readonly longTopics: readonly Template[];
  readonly long: readonly Template[];
  readonly repeated: readonly Template[];
  readonly question: readonly Template[];
  readonly neutral: readonly Template[];
  readonly emojiSad: readonly Template[];
  readonly emojiHappy: readonly Template[];
  readonly emoji: readonly Template[];
  readonly garbled: readonly Template[];
  readonly symbols: readonly Template[];
  readonly foreign: readonly Template[];
}
