/** The end of an exchange: what came of it, what it used, and who pays for it. */
import { HiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { Reservation, SettleFacts, Settlement, TokenUsage } from '../credits/meter.ts';
import type { EmptyReason } from '../models/model-client.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';
import type { Answer, FinishedCall } from './answer.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { Draft } from './input-checks.ts';

export interface Outcome extends Readonly<Answer> {
  readonly ending: SettleFacts['finish'];
  /** What the reader has. It is the answer: stored, charged and returned. */
  readonly text: string;
  readonly thinkingLength: number;
  /** Before the ratio of the model. */
  readonly thinkingTokens: number;
  /** Cancelled while a model was working on the prompt. */
  readonly wasCutShort: boolean;
}

export function outcomeOf(call: FinishedCall, buffer: EventBuffer, failure: HiloError | undefined): Outcome {
  const { answer, wasCutShort } = call;
  const { text, thinkingLength, thinkingTokens } = buffer;
  const broken = failure?.key === 'cancelled' ? 'cancelled' : 'failed';
  const ending = failure ? broken : answer.finishReason;
  return { ...answer, ending, text, thinkingLength, thinkingTokens, wasCutShort };
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
  const { rawTokens } = draft.prompt;
  if (reportedInputTokens !== undefined) {
    estimator.learn(model, rawTokens, reportedInputTokens, draft.request.owner);
  }
  const isReported = reportedInputTokens !== undefined && reportedOutputTokens !== undefined;
  const isOver = outcome.ending === 'stop' || outcome.ending === 'length';
  if (!isOver && !isReported && text === '' && thinkingTokens === 0 && !outcome.wasCutShort) return undefined;
  const ratio = estimator.ratio(model);
  return {
    inputTokens: reportedInputTokens ?? Math.ceil(rawTokens * ratio),
    outputTokens: reportedOutputTokens ?? estimator.tokens(model, text) + Math.ceil(thinkingTokens * ratio),
    source: isReported ? 'reported' : 'estimated',
  };
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
  const { ending, route, degraded, text } = outcome;
  if (!usage || !isWorthWritingDown(outcome)) {
    await reservation.release(ending === 'stop' || ending === 'length' ? 'empty' : ending);
    return undefined;
  }
  const said = { prompt: draft.text, answer: text, placement: draft.request.placement };
  const { id, provider, model, price } = route;
  return reservation.settle({ route: id, provider, model, price, degraded, finish: ending, usage, ...said });
}

function isWorthWritingDown({ ending, text, thinkingTokens, wasCutShort, route }: Outcome): boolean {
  if (text !== '') return true;
  if (ending === 'failed') return false;
  return thinkingTokens > 0 || (wasCutShort && route.provider !== 'offline');
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
