/**
 * What a message must pass before anything is paid, queued or sent, as a list. A check refuses by throwing,
 * or changes the draft; what it took is given back when a later stage refuses.
 */
import { HiloError } from '../../shared/errors.ts';
import type { Localised } from '../../shared/locale.ts';
import type { RouteChain } from '../models/route.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';
import { takePlaces } from '../rationing/take-places.ts';
import type { RateWindow } from '../rationing/rate-window.ts';
import type { ExchangeRequest } from './exchange.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import type { Prompt, PromptWindow } from './prompt-window.ts';
import { hasAttachments, withContents } from './prompt-contents.ts';
import { fitTask } from './task-prompt.ts';

/** A message on its way to the model. Each check may replace what the next ones see. */
export interface Draft {
  readonly request: ExchangeRequest;
  /** The text that is sent to the model and stored; at first the text of the request. */
  text: string;
  /** In order of preference. */
  readonly routes: RouteChain;
  prompt: Prompt;
}

export type Undo = () => void | Promise<void>;

export interface InputCheck {
  readonly name: string;
  /** Throws `HiloError` to refuse. Returns what gives back what it took, if it took anything. */
  readonly check: (draft: Draft) => Undo | undefined | Promise<Undo | undefined>;
}

export interface InputCheckDependencies {
  readonly isDraining: () => boolean;
  readonly rateWindow: RateWindow;
  readonly promptWindow: PromptWindow;
  readonly estimator: TokenEstimator;
  /** For tests: they see a message that may be sent, before its prompt is put together. */
  readonly moreChecks: readonly InputCheck[];
}

/** In the order in which a message passes them. */
export function inputChecks(dependencies: InputCheckDependencies): readonly InputCheck[] {
  return [
    { name: 'draining', check: refuseWhileDraining(dependencies.isDraining) },
    { name: 'well-formed text', check: requireWellFormed },
    { name: 'rate window', check: takePlace(dependencies.rateWindow) },
    ...dependencies.moreChecks,
    { name: 'input budget', check: fitPrompt(dependencies) },
  ];
}

const NO_PROMPT: Prompt = { messages: [], rawTokens: 0 };

export function createDraft(request: ExchangeRequest, routes: RouteChain): Draft {
  return { request, text: request.text, routes, prompt: NO_PROMPT };
}

/**
 * Each undo is added to `undos` as soon as its check has taken something, so that it is known even when a
 * later check refuses. Throws or rejects with the refusal; returns a promise only where a check has to wait.
 */
export function runInputChecks(
  checks: readonly InputCheck[],
  draft: Draft,
  undos: Undo[],
): void | Promise<void> {
  for (let index = 0; index < checks.length; index++) {
    const taken = checks[index]?.check(draft);
    if (taken instanceof Promise) {
      return taken.then((undo) => {
        if (undo) undos.push(undo);
        return runInputChecks(checks.slice(index + 1), draft, undos);
      });
    }
    if (taken) undos.push(taken);
  }
}

/** The newest first. */
export async function undoAll(undos: readonly Undo[]): Promise<void> {
  for (const undo of undos.toReversed()) await undo();
}

function refuseWhileDraining(isDraining: () => boolean): InputCheck['check'] {
  return () => {
    if (isDraining()) throw retryLater('draining', EXCHANGE_LIMITS.drainRetryAfterMs);
    return undefined;
  };
}

/** Stores and UTF-8 can represent neither of the two, so the stored text would differ from what was said. */
function requireWellFormed({ text, request }: Draft): undefined {
  if (text.isWellFormed() && !text.includes('\0')) return;
  throw new HiloError('invalid_params', { values: { detail: MALFORMED[request.locale] } });
}

const MALFORMED: Localised = {
  en: 'text: U+0000 and single halves of surrogate pairs are not accepted',
  es: 'text: no se aceptan U+0000 ni mitades sueltas de pares subrogados',
};

function takePlace(rateWindow: RateWindow): InputCheck['check'] {
  return ({ request: { owner, payer, hasPlace, giveWay } }) => {
    if (hasPlace ?? giveWay) return undefined;
    if (payer.ratedAs !== undefined) return takePlaces(rateWindow, [owner, payer.ratedAs]);
    const verdict = rateWindow.take(owner);
    return verdict instanceof Promise ? verdict.then(placeOf) : placeOf(verdict);

    function placeOf(taken: Awaited<typeof verdict>): Undo {
      if (!taken.allowed) throw retryLater('rate_limited', taken.retryAfterMs);
      return () => rateWindow.giveBack(owner, taken.takenAtMs);
    }
  };
}

function fitPrompt({ promptWindow, estimator }: InputCheckDependencies): InputCheck['check'] {
  return (draft) => {
    const { request, text, routes } = draft;
    const { task, history, locale, instructions, attachments } = request;
    if (task) {
      draft.prompt = fitTask({ task, locale }, routes, estimator);
      return undefined;
    }
    const fitted = promptWindow.fit({ text, history, locale, instructions, attachments }, routes[0]);
    draft.prompt = fitted;
    if (!hasAttachments(fitted)) return undefined;
    return withContents(fitted, { attachments, route: routes[0] }).then((prompt) => {
      draft.prompt = prompt;
      return undefined;
    });
  };
}

function retryLater(key: 'draining' | 'rate_limited', retryAfterMs: number): HiloError {
  return new HiloError(key, { retryAfterMs, values: { seconds: Math.ceil(retryAfterMs / 1000) } });
}
