/**
 * How a text becomes one summary, before anything is asked or paid:
 *
 *     parts ──► a summary of each ──► groups, as long as they do not fit into one prompt ──► the summary
 *
 * The calls are counted as if every answer were as long as it may be, so that there are never more.
 */
import type { SummaryLength } from '../../shared/operations/summary-shapes.ts';
import type { TaskOutlook } from '../chat/task-outlook.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import { SUMMARY_RUN_LIMITS } from './limits.ts';
import { LONGEST_STEP, summaryPrompt } from './summary-prompts.ts';
import { textParts } from './text-parts.ts';

export interface SummaryPlan {
  readonly parts: readonly string[];
  /** Calls of the model in all. */
  readonly calls: number;
  /** The most that all of them can be charged. */
  readonly creditsMax: number;
  /** What its input alone costs, with the shortest answers: an account with less would pay for nothing. */
  readonly creditsMin: number;
  /** Estimated, of the text. */
  readonly inputTokens: number;
  readonly sizes: PlanSizes;
}

/** Of prompts in raw tokens, of answers in those of the model. */
export interface PlanSizes {
  /** Text in the prompt of the last call, and of the others. */
  readonly wholeText: number;
  readonly partText: number;
  /** What goes on of an answer to a part. */
  readonly partAnswer: number;
  readonly wholeOutput: number;
  readonly partOutput: number;
}

/** What the messages of a prompt have beside the text: instructions, marks, what templates add. */
const PROMPT_TOKENS =
  rawTokens(
    summaryPrompt(LONGEST_STEP, '')
      .map(({ content }) => content)
      .join(''),
  ) + 16;

/** Of these, what every prompt has. */
const PROMPT_TOKENS_MIN = rawTokens(
  summaryPrompt({ kind: 'group' }, '')
    .map(({ content }) => content)
    .join(''),
);

/** An empty answer is a failure, which costs nothing. */
const ANSWER_TOKENS_MIN = 1;

/** What joins two texts in a prompt. */
const JOINT_TOKENS = 2;

/** Of these sizes less than a few sentences fits into a prompt. */
const TEXT_TOKENS_MIN = 64;

/** Undefined when the text has too many parts, or the route's context is too small for any. */
export function summaryPlan(
  text: string,
  length: SummaryLength,
  outlook: TaskOutlook,
): SummaryPlan | undefined {
  const sizes = sizesFor(length, outlook);
  if (sizes.partText < TEXT_TOKENS_MIN) return undefined;
  const tokens = rawTokens(text);
  const inputTokens = Math.ceil(tokens * outlook.ratio);
  const wholeCredits = outlook.creditsMax(sizes.wholeText + PROMPT_TOKENS, sizes.wholeOutput);
  if (tokens <= sizes.wholeText) {
    const creditsMax = outlook.creditsMax(tokens + PROMPT_TOKENS, sizes.wholeOutput);
    const creditsMin = leastCredits(outlook, tokens);
    return { parts: [text], calls: 1, creditsMax, creditsMin, inputTokens, sizes };
  }
  const parts = textParts(text, sizes.partText);
  if (parts.length > SUMMARY_RUN_LIMITS.partsMax) return undefined;
  const groups = groupCalls(parts.length, sizes);
  const creditsMax =
    parts.reduce((sum, part) => sum + partCredits(outlook, rawTokens(part), sizes), 0) +
    groups * partCredits(outlook, sizes.partText, sizes) +
    wholeCredits;
  const creditsMin =
    parts.reduce((sum, part) => sum + leastCredits(outlook, rawTokens(part)), 0) + leastCredits(outlook, 0);
  return { parts, calls: parts.length + groups + 1, creditsMax, creditsMin, inputTokens, sizes };
}

function leastCredits(outlook: TaskOutlook, tokens: number): number {
  return outlook.credits(tokens + PROMPT_TOKENS_MIN, ANSWER_TOKENS_MIN);
}

function partCredits(outlook: TaskOutlook, tokens: number, { partOutput }: PlanSizes): number {
  return outlook.creditsMax(tokens + PROMPT_TOKENS, partOutput);
}

/** As many answers as may be are put together, but at least two, so that it comes to an end. */
function groupCalls(answers: number, { wholeText, partText, partAnswer }: PlanSizes): number {
  const perAnswer = partAnswer + JOINT_TOKENS;
  const groupSize = Math.max(2, Math.floor(partText / perAnswer));
  let calls = 0;
  for (let left = answers; left * perAnswer > wholeText;) {
    left = Math.ceil(left / groupSize);
    calls += left;
  }
  return calls;
}

function sizesFor(length: SummaryLength, { route, ratio }: TaskOutlook): PlanSizes {
  const { contextTokens, maxOutputTokens } = route;
  const { outputTokens, partOutputTokens, fill } = SUMMARY_RUN_LIMITS;
  const wholeOutput = Math.min(outputTokens[length], maxOutputTokens, Math.floor(contextTokens / 3));
  const partOutput = Math.min(partOutputTokens, maxOutputTokens, Math.floor(contextTokens / 6));
  const textBeside = (output: number): number =>
    Math.floor(((contextTokens - output) / ratio) * fill) - PROMPT_TOKENS;
  const partText = textBeside(partOutput);
  const wholeText = textBeside(wholeOutput);
  // Two of them must fit into any prompt.
  const partAnswer = Math.min(partOutput, Math.floor(Math.min(partText, wholeText) / 2) - JOINT_TOKENS);
  return { wholeText, partText, partAnswer, wholeOutput, partOutput };
}
