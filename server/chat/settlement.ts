/** The end of an exchange: what came of it, what it used, and who pays for it. */
import { HiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { Reservation, SettleFacts, Settlement, TokenUsage } from '../credits/meter.ts';
import type { EmptyReason } from '../models/model-client.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';
import type { ToolCall } from '../../shared/operations/completion-shapes.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import type { Answer, FinishedCall } from './answer.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { Task } from './exchange.ts';
import type { Draft } from './input-checks.ts';

export interface Outcome extends Readonly<Answer> {
  readonly ending: SettleFacts['finish'];
  /** What the reader has. It is the answer: stored, charged and returned. */
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly vectors: { readonly count: number; readonly dimensions: number };
  /** SHA-256 of each. */
  readonly images: readonly string[];
  /** Before the ratio of the model. */
  readonly thinkingTokens: number;
  /** Cancelled while a model was working on the prompt. */
  readonly wasCutShort: boolean;
}

export function outcomeOf(call: FinishedCall, buffer: EventBuffer, failure: HiloError | undefined): Outcome {
  const { answer, wasCutShort } = call;
  const { text, thinkingText: thinking, thinkingTokens, toolCalls, vectors, images } = buffer;
  const broken = failure?.key === 'cancelled' ? 'cancelled' : 'failed';
  const ending = failure ? broken : answer.finishReason;
  return { ...answer, ending, text, thinking, thinkingTokens, toolCalls, vectors, images, wasCutShort };
}

/**
 * Counts also what came before a failure or a cancel: the model has worked for it. Undefined when no model
 * has worked. The estimator learns from the counts of the provider.
 */
export function countUsage(
  estimator: TokenEstimator,
  draft: Draft,
  outcome: Outcome,
): TokenUsage | undefined {
  const { reportedInputTokens, reportedOutputTokens, text, thinkingTokens } = outcome;
  const { model } = outcome.route;
  const promptTokens = draft.prompt.rawTokens;
  // Tools and images are weighed too roughly to learn from.
  if (reportedInputTokens !== undefined && !draft.request.task && !draft.prompt.hasImages) {
    estimator.learn(model, promptTokens, reportedInputTokens, draft.request.owner);
  }
  const isReported = reportedInputTokens !== undefined && reportedOutputTokens !== undefined;
  const isOver = outcome.ending === 'stop' || outcome.ending === 'length';
  const calledTokens = rawTokens(calledText(outcome));
  const hasMade = outcome.vectors.count > 0 || outcome.images.length > 0;
  const hasWorked = text !== '' || thinkingTokens > 0 || calledTokens > 0 || hasMade;
  if (!isOver && !isReported && !hasWorked && !outcome.wasCutShort) return undefined;
  // A vector is none of the tokens that a model writes.
  if (draft.request.task?.kind === 'embeddings') return embeddingUsage(estimator, draft, outcome);
  if (draft.request.task?.kind === 'image') return imageUsage(estimator, draft, outcome);
  const ratio = estimator.ratio(model);
  return {
    inputTokens: reportedInputTokens ?? Math.ceil(promptTokens * ratio),
    outputTokens:
      reportedOutputTokens ??
      estimator.tokens(model, text) + Math.ceil((thinkingTokens + calledTokens) * ratio),
    source: isReported ? 'reported' : 'estimated',
  };
}

function embeddingUsage(estimator: TokenEstimator, { prompt }: Draft, outcome: Outcome): TokenUsage {
  const { reportedInputTokens: reported, route } = outcome;
  const inputTokens = reported ?? Math.ceil(prompt.rawTokens * estimator.ratio(route.model));
  return { inputTokens, outputTokens: 0, source: reported === undefined ? 'estimated' : 'reported' };
}

/** Images are paid by the piece: the tokens only tell how much there was to read. */
function imageUsage(estimator: TokenEstimator, { prompt }: Draft, outcome: Outcome): TokenUsage {
  const { reportedInputTokens, reportedOutputTokens = 0, route, images } = outcome;
  const inputTokens = reportedInputTokens ?? Math.ceil(prompt.rawTokens * estimator.ratio(route.model));
  const source = reportedInputTokens === undefined ? 'estimated' : 'reported';
  return { inputTokens, outputTokens: reportedOutputTokens, source, images: images.length };
}

/** What a model has written of tool calls. */
function calledText({ toolCalls }: Outcome): string {
  return toolCalls.map((call) => `${call.name} ${call.arguments}`).join(' ');
}

/**
 * An answer is charged, and so is the part that came before a cancel. Thinking without an answer is charged
 * too, and so is the prompt that a model was working on when its exchange was cancelled. The part of an
 * answer that failed is recorded and free. An exchange with nothing to pay and nothing said is not recorded.
 */
export async function settle(
  reservation: Reservation,
  draft: Draft,
  { outcome, usage }: { outcome: Outcome; usage: TokenUsage | undefined },
): Promise<Settlement | undefined> {
  const { ending, route, degraded } = outcome;
  if (!usage || !isWorthWritingDown(outcome, draft.request.task)) {
    reservation.release();
    return undefined;
  }
  const { placement, service, wantsProof } = draft.request;
  const prompt = { prompt: draft.text, attachments: draft.prompt.attachments };
  const said = { ...prompt, answer: answerOf(outcome), placement, service, wantsProof };
  const { id, provider, model, price } = route;
  return reservation.settle({ route: id, provider, model, price, degraded, finish: ending, usage, ...said });
}

/** What the ledger commits to: the text, with the tool calls where there are any; of images their hashes. */
function answerOf({ text, toolCalls, images }: Outcome): string {
  if (images.length > 0) return JSON.stringify({ images });
  return toolCalls.length === 0 ? text : JSON.stringify({ text, toolCalls });
}

function isWorthWritingDown(outcome: Outcome, task: Task | undefined): boolean {
  const { ending, text, toolCalls, vectors, images, thinkingTokens, wasCutShort, route } = outcome;
  if (text !== '' || toolCalls.length > 0 || vectors.count > 0 || images.length > 0) return true;
  if (ending === 'failed') return false;
  if (task && (ending === 'stop' || ending === 'length')) return !isNoAnswer(outcome, task);
  return thinkingTokens > 0 || (wasCutShort && route.provider !== 'offline');
}

/** The answer to a task may have no text: the model may have nothing to add, or have only thought. */
export function isNoAnswer(outcome: Outcome, task: Task | undefined): boolean {
  const { text, emptyBecause, vectors, images } = outcome;
  if (task?.kind === 'image') return images.length < task.count;
  if (task?.kind === 'embeddings') return vectors.count < task.input.length;
  return task ? emptyBecause === 'loaded' : text === '';
}

/** `because` is for programs, `detail` for people. */
export function emptyAnswer(outcome: Outcome, locale: Locale): HiloError {
  const because = reasonOf(outcome);
  return new HiloError('empty_answer', { values: { because, detail: EMPTY[because][locale] } });
}

function reasonOf({ emptyBecause = 'filtered', ending, thinkingTokens }: Outcome): keyof typeof EMPTY {
  if (thinkingTokens === 0 || emptyBecause !== 'nothing') return emptyBecause;
  return ending === 'length' ? 'thought_too_long' : 'only_thought';
}

/** `filtered` is also used when the output transforms have left nothing of the deltas. */
const EMPTY = {
  tool_calls: { en: 'it only asked for tools', es: 'solo pidió herramientas' },
  refusal: { en: 'it declined to answer', es: 'rehusó responder' },
  filtered: { en: 'a content filter kept all of it back', es: 'un filtro de contenido lo retuvo todo' },
  loaded: { en: 'it was only loaded; try again', es: 'solo se cargó; inténtalo de nuevo' },
  nothing: { en: 'it ended without a word', es: 'terminó sin decir nada' },
  only_thought: { en: 'it only thought', es: 'solo pensó' },
  thought_too_long: {
    en: 'it reached the length limit while it was still thinking',
    es: 'llegó al límite de longitud mientras aún pensaba',
  },
} as const satisfies Record<EmptyReason | 'only_thought' | 'thought_too_long', Localised>;
