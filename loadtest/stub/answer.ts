/** What the stub says: a function of the seed and of the last user message, so it repeats word by word. */
import { seededRandom, textSeed } from './random.ts';

const WORDS = (
  'the thread holds a quiet river under morning light and every small stone remembers rain while slow ' +
  'clouds carry names across green hills where someone listens to wind among old trees'
).split(' ');

/** Colour, title, cursor, a C1 control, bell, bidi override: none of it may reach a terminal. */
const ESCAPES = [
  ' \u001b[31mred\u001b[0m',
  ' \u001b]0;title\u0007',
  ' \u001b[2J\u001b[H',
  ' \u009b2K',
  ' \u0007\u0008',
  ' \u202eabc',
];

/** Cut where tokenizers cut them. */
const THINK_OPEN = ['<th', 'ink>'];
const THINK_CLOSE = ['</', 'think', '>\n\n'];

export interface AnswerWish {
  readonly mode: 'echo' | 'prose';
  readonly seed: number;
  readonly text: string;
  /** In place of what the mode says. */
  readonly verbatim: string | undefined;
  /** The least number of tokens. */
  readonly tokens: number;
  /** The greatest; the answer is cut there. */
  readonly maxTokens: number;
  readonly escapes: boolean;
  /** Pieces of reasoning in `<think>` tags before the answer. */
  readonly thinkTags: number;
}

/** The tokens of an answer, one by one, so that a huge answer costs no memory. A token is never empty. */
export function* answerTokens(wish: AnswerWish): Generator<string, void, undefined> {
  let count = 0;
  for (const token of leadTokens(wish)) {
    if (count === wish.maxTokens) return;
    count += 1;
    yield token;
  }
  const random = seededRandom(textSeed(wish.text, wish.seed));
  for (; count < wish.tokens && count < wish.maxTokens; count += 1) {
    const word = WORDS[Math.floor(random() * WORDS.length)] ?? 'the';
    yield count === 0 ? word : ` ${word}`;
  }
}

/** Whether `maxTokens` cuts the answer short. */
export function isCutShort(wish: AnswerWish): boolean {
  return Math.max(wish.tokens, leadTokens(wish).length) > wish.maxTokens;
}

/** The pieces of a model's reasoning. */
export function thoughtTokens(count: number): string[] {
  return Array.from({ length: count }, (_, index) => ` thought ${index + 1}`);
}

function leadTokens(wish: AnswerWish): string[] {
  const said = wish.verbatim ?? (wish.mode === 'echo' ? `echo: ${wish.text}` : '');
  const lead = said.match(/\s*\S+|\s+$/gu) ?? [];
  const thought = wish.thinkTags > 0 ? [...THINK_OPEN, ...thoughtTokens(wish.thinkTags), ...THINK_CLOSE] : [];
  return [...thought, ...lead, ...(wish.escapes ? ESCAPES : [])];
}
