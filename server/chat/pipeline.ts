/**
 * The way of one message:
 *
 *   admit     draining? · the owner's rate window                       rate-window.ts
 *   prepare   the newest whole turns that fit into the input budget     prompt-window.ts, token-estimate.ts
 *   reserve   the most that it can cost is held, the answer clamped       meter.ts
 *   queue     fair between addresses, then sessions; positions told     model-slots.ts, fair-queue.ts
 *   call      provider, timeouts, retries, breaker, next provider       call.ts, provider-guard.ts
 *   deliver   deltas joined, no faster than the consumer takes them     buffer.ts, join-deltas.ts
 *   settle    real counts, charge, receipt; durable before the end      below, meter.ts
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Localised } from '../../shared/locale.ts';
import type { ModelClient } from '../models/model-client.ts';
import { LocalModelSlots } from '../rationing/local-model-slots.ts';
import { TimeoutSweep } from './timeout-sweep.ts';
import { modelFor, ModelCall, type Answer, type CallContext, type CallTimeouts } from './model-call.ts';
import { Cancellation } from './cancellation.ts';
import type { Exchange, ExchangeEvent, ExchangeRequest, ExchangeResult, TokenUsage } from './exchange.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import type { Meter, Reservation, Settlement, SettleFacts } from '../credits/meter.ts';
import { NO_METRICS, type ExchangeMetrics } from './metrics.ts';
import { EventBuffer } from './event-buffer.ts';
import { PromptWindow, type Prompt } from './prompt-window.ts';
import { ProviderGuard, ProviderGuards } from '../models/provider-guard.ts';
import type { RateWindow } from '../rationing/rate-window.ts';
import { TokenEstimator } from '../models/token-estimate.ts';

export interface ExchangeSettings {
  readonly maxInFlight: number;
  readonly queueMax: number;
  readonly inputTokenBudget: number;
  readonly maxOutputTokens: number;
  readonly maxRetries: number;
  readonly backoffInitialMs: number;
  readonly timeouts: CallTimeouts;
}

export interface ExchangeDependencies {
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads retries. */
  readonly random: () => number;
  /**
   * The providers to try, in order; asked for each message, so that it may change while the server runs. A
   * provider must be the same object each time: its circuit breaker is kept by it.
   */
  readonly providers: () => readonly ModelClient[];
  readonly rateWindow: RateWindow;
  readonly meter: Meter;
  readonly systemPrompt: Localised;
  readonly settings: ExchangeSettings;
  readonly metrics?: Partial<ExchangeMetrics>;
}

export interface ExchangeStats {
  /** Messages that wait for a slot, or pause before another try. */
  readonly waiting: number;
  /** Calls that hold a slot. */
  readonly inFlight: number;
}

export interface ExchangePipeline extends Exchange {
  stats(): ExchangeStats;
  /** From now on new messages are refused with `draining`; those admitted before go on. */
  drain(): void;
}

type ExchangeRun = AsyncGenerator<ExchangeEvent, ExchangeResult, undefined>;

/** Throws if the system prompt does not fit into the input budget. */
export function createExchange(dependencies: ExchangeDependencies): ExchangePipeline {
  const pipeline = new Pipeline(dependencies);
  return Object.assign((request: ExchangeRequest) => pipeline.exchange(request), {
    stats: () => pipeline.stats(),
    drain: () => pipeline.drain(),
  });
}

class Pipeline {
  readonly #providers: () => readonly ModelClient[];
  readonly #rateWindow: RateWindow;
  readonly #estimator = new TokenEstimator();
  readonly #promptWindow: PromptWindow;
  readonly #context: CallContext;
  readonly #meter: Meter;
  readonly #maxOutputTokens: number;
  #draining = false;

  constructor(dependencies: ExchangeDependencies) {
    const { systemPrompt, settings } = dependencies;
    this.#providers = dependencies.providers;
    this.#rateWindow = dependencies.rateWindow;
    this.#meter = dependencies.meter;
    this.#maxOutputTokens = settings.maxOutputTokens;
    this.#promptWindow = new PromptWindow({
      estimator: this.#estimator,
      systemPrompt,
      inputTokenBudget: settings.inputTokenBudget,
    });
    this.#context = createContext(dependencies);
  }

  exchange(request: ExchangeRequest): ExchangeRun {
    const cancellation = new Cancellation(request.signal);
    const run = this.#run(request, cancellation);
    // A generator that awaits its next event would hear of `return` only after that event.
    const returnLater = run.return.bind(run);
    run.return = (value) => {
      cancellation.cancel();
      return returnLater(value);
    };
    return run;
  }

  async *#run(request: ExchangeRequest, cancellation: Cancellation): ExchangeRun {
    if (cancellation.requested) throw new HiloError('cancelled');
    const takenAtMs = await this.#admit(request.owner);
    const buffer = new EventBuffer(this.#context.clock);
    let prompt: Prompt;
    let reservation: Reservation | undefined;
    let call: ModelCall;
    try {
      const providers = this.#providers();
      prompt = this.#promptWindow.fit(request, request.model ?? providers[0]?.defaultModel ?? '');
      reservation = this.#reserve(request, prompt, providers);
      call = this.#enqueue(request, { prompt, providers, reservation, buffer });
    } catch (thrown) {
      // A message that is refused here uses nothing up.
      await this.#rateWindow.giveBack(request.owner, takenAtMs);
      await reservation?.release('refused');
      throw this.#refuse(toHiloError(thrown));
    }
    const outcome: Outcome = { ending: 'cancelled', delivered: '' };
    let usage: TokenUsage;
    let settlement: Settlement | undefined;
    try {
      cancellation.attach(call);
      for (;;) {
        const event = buffer.take();
        if (event?.type === 'delta') outcome.delivered += event.text;
        if (event) yield event;
        else if (buffer.ended) break;
        else await buffer.ready();
      }
      outcome.ending = call.answer.finishReason;
    } catch (thrown) {
      if (!isCancel(thrown)) outcome.ending = 'failed';
      throw thrown;
    } finally {
      cancellation.detach();
      call.cancel();
      usage = this.#count(call.answer, prompt, outcome);
      settlement = await settle(reservation, request, { answer: call.answer, usage, outcome });
    }
    if (!settlement) throw new Error('An answer that was delivered whole was not settled');
    return result(call.answer, usage, settlement);
  }

  /** Gives back when the owner's place in the rate window was taken. */
  async #admit(owner: string): Promise<number> {
    if (this.#draining) throw this.#refuse(retryLater('draining', EXCHANGE_LIMITS.drainRetryAfterMs));
    const verdict = await this.#rateWindow.take(owner);
    if (!verdict.allowed) throw this.#refuse(retryLater('rate_limited', verdict.retryAfterMs));
    return verdict.takenAtMs;
  }

  #reserve(request: ExchangeRequest, prompt: Prompt, providers: readonly ModelClient[]): Reservation {
    const candidates = providers.map((provider, index) => ({
      provider: provider.provider,
      model: modelFor(provider, index, request.model),
    }));
    const ratio = this.#estimator.ratio(candidates[0]?.model ?? '');
    return this.#meter.reserve({
      payer: request.payer,
      trace: request.trace,
      candidates,
      inputTokens: Math.ceil(prompt.rawTokens * ratio),
      maxOutputTokens: this.#maxOutputTokens,
    });
  }

  #enqueue(request: ExchangeRequest, { prompt, providers, reservation, buffer }: CallParts): ModelCall {
    const { owner, trace, locale, model } = request;
    const { address } = request.payer;
    const { maxOutputTokens } = reservation;
    const { messages } = prompt;
    const wanted = { owner, address, trace, locale, model, messages, maxOutputTokens, providers };
    const call = new ModelCall(this.#context, wanted, buffer);
    call.start();
    return call;
  }

  /** Counts also what came before a failure or a cancel: the model has worked for it. */
  #count(answer: Answer, prompt: Prompt, { ending, delivered }: Outcome): TokenUsage {
    const { model, reportedInputTokens, reportedOutputTokens } = answer;
    // The model may have been ahead of whoever stopped it.
    const text = ending === 'cancelled' ? delivered : answer.text;
    const reported = reportedInputTokens !== undefined && reportedOutputTokens !== undefined;
    const usage: TokenUsage = {
      inputTokens: reportedInputTokens ?? Math.ceil(prompt.rawTokens * this.#estimator.ratio(model)),
      outputTokens: reportedOutputTokens ?? this.#estimator.tokens(model, text),
      source: reported ? 'reported' : 'estimated',
    };
    if (reportedInputTokens !== undefined)
      this.#estimator.learn(model, prompt.rawTokens, reportedInputTokens);
    if (reported || answer.text !== '') this.#context.metrics.onTokens(answer.provider, usage);
    return usage;
  }

  #refuse(error: HiloError): HiloError {
    this.#context.metrics.onRefused(error.key);
    return error;
  }

  stats(): ExchangeStats {
    return { waiting: this.#context.slots.waiting, inFlight: this.#context.slots.inFlight };
  }

  drain(): void {
    this.#draining = true;
  }
}

function createContext(dependencies: ExchangeDependencies): CallContext {
  const { clock, random, settings } = dependencies;
  const { maxInFlight, queueMax, maxRetries, backoffInitialMs, timeouts } = settings;
  const metrics = { ...NO_METRICS, ...dependencies.metrics };
  const shortestMs = Math.min(timeouts.firstTokenMs, timeouts.betweenTokensMs, timeouts.answerMs);
  const guards = new ProviderGuards(({ provider }) => {
    const onBreakerState = metrics.onBreakerState.bind(metrics, provider);
    return new ProviderGuard({ clock, random, maxRetries, backoffInitialMs, onBreakerState });
  });
  return {
    clock,
    slots: new LocalModelSlots({ clock, slots: maxInFlight, queueMax }),
    guards,
    watch: new TimeoutSweep(clock, Math.min(EXCHANGE_LIMITS.timeoutTickMs, shortestMs / 8)),
    timeouts,
    metrics,
  };
}

function retryLater(key: 'draining' | 'rate_limited', retryAfterMs: number): HiloError {
  return new HiloError(key, { retryAfterMs, values: { seconds: Math.ceil(retryAfterMs / 1000) } });
}

interface CallParts {
  readonly prompt: Prompt;
  readonly providers: readonly ModelClient[];
  readonly reservation: Reservation;
  readonly buffer: EventBuffer;
}

interface Outcome {
  ending: SettleFacts['finish'];
  /** What the consumer has taken. */
  delivered: string;
}

/**
 * An answer is charged, also the part of a cancelled one; the part of one that failed is written down and
 * free. Where nothing was delivered there is nothing to write down.
 */
async function settle(
  reservation: Reservation,
  request: ExchangeRequest,
  { answer, usage, outcome }: { answer: Answer; usage: TokenUsage; outcome: Outcome },
): Promise<Settlement | undefined> {
  const { ending, delivered } = outcome;
  if ((ending === 'failed' || ending === 'cancelled') && delivered === '') {
    await reservation.release(ending);
    return undefined;
  }
  const { provider, model, degraded } = answer;
  const said = { prompt: request.text, answer: delivered };
  return reservation.settle({ provider, model, degraded, finish: ending, usage, ...said });
}

function isCancel(thrown: unknown): boolean {
  return thrown instanceof HiloError && thrown.key === 'cancelled';
}

function result(answer: Answer, usage: TokenUsage, settlement: Settlement): ExchangeResult {
  const { text, finishReason, provider, model, degraded } = answer;
  const { charged, balance, receipt } = settlement;
  return { text, finishReason, provider, model, degraded, usage, credits: { charged, balance }, receipt };
}
