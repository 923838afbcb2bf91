import { PatternSet } from '../matching/pattern-set.ts';
import { clean, fold } from '../text.ts';

/** What a message in a hard moment says, when it says one of the few things that must not be missed. */
export type Answer = (typeof ANSWERS)[number] | 'other';

/** Tried in this order. */
export const ANSWERS = [
  'only-words',
  'not-safe',
  'safe',
  'secret',
  'no-call',
  'somebody-near',
  'alone',
  'burden',
  'exhausted',
  'ashamed',
  'afraid',
  'machine',
  'do-something',
  'thanks',
  'leaving',
  'hostile',
  'unclear',
  'yes',
  'no',
  'greeting',
] as const;

/** The patterns of both languages for each answer: people in distress change language. */
export type AnswerPatterns = Readonly<Record<(typeof ANSWERS)[number], readonly string[]>>;

/** These are read only at the beginning of a message. */
const AT_THE_BEGINNING: readonly Answer[] = ['unclear', 'yes', 'no', 'greeting'];
/** The last word of these may go on. */
const OPEN_ENDED: readonly Answer[] = ['somebody-near', 'yes'];

const READ_MAX = 4_000;

/** Reads the answers that people give in a hard moment. */
export class AnswerReader {
  readonly #patterns: readonly RegExp[];
  readonly #set: PatternSet;

  constructor(patterns: AnswerPatterns) {
    const sources = ANSWERS.map((answer) => {
      const start = AT_THE_BEGINNING.includes(answer) ? '^' : '\\b';
      const end = OPEN_ENDED.includes(answer) ? '' : '\\b';
      return `${start}(?:${patterns[answer].join('|')})${end}`;
    });
    this.#patterns = sources.map((source) => new RegExp(source, 'u'));
    this.#set = new PatternSet(sources);
  }

  read(message: string): Answer {
    const said = fold(clean(message.slice(0, READ_MAX))).replace(/^[^a-z]+/u, '');
    const candidates = this.#set.candidates(said);
    return (
      ANSWERS.find((_, index) => candidates[index] === 1 && this.#patterns[index]?.test(said)) ?? 'other'
    );
  }
}
