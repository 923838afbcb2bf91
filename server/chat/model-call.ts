/**
 * The call stage: from wanting a slot to the end of the answer.
 *
 *   idle ──start──► waiting ──slot──► calling ──► over
 *                      ▲                │
 *                      └─── pausing ◄───┘  failed before its first chunk, worth another try
 *
 * `cancel` and the end of an answer lead from every state to `over`, from where nothing leads.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { Locale } from '../../shared/locale.ts';
import { LlmError, type FinishReason, type LlmChunk } from '../models/model-client.ts';
import type { LlmMessage, ModelClient } from '../models/model-client.ts';
import type { LocalModelSlots } from '../rationing/local-model-slots.ts';
import type { SlotTask, SlotTicket } from '../rationing/model-slots.ts';
import type { TimeoutSweep, Swept } from './timeout-sweep.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import type { ExchangeMetrics } from './metrics.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { ProviderGuard, ProviderGuards, RetryDelays } from '../models/provider-guard.ts';
import { toLlmError, Upstream } from './attempt.ts';

/** What all calls share. */
export interface CallContext {
  readonly clock: Clock;
  readonly slots: LocalModelSlots;
  readonly guards: ProviderGuards;
  readonly watch: TimeoutSweep;
  readonly timeouts: CallTimeouts;
  readonly metrics: ExchangeMetrics;
}

/** They run only while the model is awaited and the consumer waits too. */
export interface CallTimeouts {
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
  readonly answerMs: number;
}

export interface CallRequest {
  readonly owner: string;
  /** Where it comes from; each address has one place in a round of the queue. */
  readonly address: string;
  readonly trace: string;
  readonly locale: Locale;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  /** A model of the first provider; the others answer with their default. */
  readonly model: string | undefined;
  /** In order of preference. */
  readonly providers: readonly ModelClient[];
}

/** What has come so far; complete when the buffer has ended without an error. */
export interface Answer {
  text: string;
  finishReason: FinishReason;
  provider: ModelClient['provider'];
  model: string;
  degraded: boolean;
  reportedInputTokens: number | undefined;
  reportedOutputTokens: number | undefined;
}

type Stage =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'waiting'; readonly ticket: SlotTicket | undefined }
  | { readonly name: 'calling'; readonly upstream: Upstream }
  | { readonly name: 'pausing'; readonly cancelTimer: () => void };

const IDLE: Stage = { name: 'idle' };
const OVER: Stage = { name: 'over' };
const STARTING: Stage = { name: 'waiting', ticket: undefined };

/** Only the first provider is asked for the wanted model; the others, and the companion, have their own. */
export function modelFor(provider: ModelClient, index: number, wanted: string | undefined): string {
  const knows = index === 0 && provider.provider !== 'offline';
  return (knows ? wanted : undefined) ?? provider.defaultModel;
}

export class ModelCall implements SlotTask, Swept {
  readonly owner: string;
  readonly answer: Answer = {
    text: '',
    finishReason: 'stop',
    provider: 'offline',
    model: '',
    degraded: false,
    reportedInputTokens: undefined,
    reportedOutputTokens: undefined,
  };
  readonly #context: CallContext;
  readonly #request: CallRequest;
  readonly #buffer: EventBuffer;
  #client: string | undefined;
  #stage: Stage = IDLE;
  #providerIndex = 0;
  #delays: RetryDelays | undefined;
  #lastFailure: LlmError | undefined;
  #enteredAtMs: number | undefined;
  #startedAtMs = 0;
  /** Of the provider that is being called; with the first nobody else may answer. */
  #chunks = 0;
  #chunksAtCheck = 0;
  #checkedAtMs: number | undefined;
  /** How long the model has been silent while the consumer waited. */
  #idleMs = 0;
  /** How long in all the consumer has waited for this provider. */
  #answeringMs = 0;

  constructor(context: CallContext, request: CallRequest, buffer: EventBuffer) {
    this.owner = request.owner;
    this.#context = context;
    this.#request = request;
    this.#buffer = buffer;
  }

  get client(): string {
    return (this.#client ??= addressKey(this.#request.address));
  }

  /** Throws `queue_full`. */
  start(): void {
    const ticket = this.#context.slots.enter(this);
    this.#stage = STARTING;
    if (!ticket) return this.#context.metrics.onQueueWait(0);
    this.#stage = { name: 'waiting', ticket };
    this.#enteredAtMs = this.#context.clock.monotonic();
    this.#context.metrics.onQueued();
  }

  /** Ends the call in whatever stage it is; the slot is free within the same turn of the event loop. */
  cancel(): void {
    const stage = this.#stage;
    if (stage.name === 'over') return;
    this.#finish(new HiloError('cancelled'));
    if (stage.name === 'waiting' && stage.ticket) this.#context.slots.leave(stage.ticket);
    if (stage.name === 'calling') stage.upstream.interrupt(new LlmError('aborted', 'Cancelled'));
    if (stage.name === 'pausing') {
      stage.cancelTimer();
      this.#context.slots.stayAway(this);
    }
  }

  tellPosition(position: number): void {
    this.#buffer.position(position);
  }

  /** Tries one provider after the other until one has answered, a retry must wait, or none is left. */
  async runInSlot(): Promise<void> {
    this.#countQueueWait();
    const { providers } = this.#request;
    try {
      while (!this.#over) {
        const provider = providers[this.#providerIndex];
        if (!provider) return this.#finish(clientError(this.#lastFailure));
        const guard = this.#context.guards.of(provider);
        const refusedForMs = guard.refusedForMs();
        const failure = refusedForMs === undefined ? await this.#try(provider, guard) : undefined;
        if (this.#over) return;
        if (failure && this.#pause(provider, guard, failure)) return;
        // What has really failed says more than that the breaker is open.
        this.#lastFailure = failure ?? this.#lastFailure ?? breakerOpen(refusedForMs);
        this.#turnToNext(provider, failure);
      }
    } catch (thrown) {
      // A fault of ours must end this exchange too, and nothing but this exchange.
      this.#finish(toHiloError(thrown));
    }
  }

  checkTimeouts(nowMs: number): void {
    const stage = this.#stage;
    if (stage.name !== 'calling') return;
    const sinceMs = nowMs - (this.#checkedAtMs ?? nowMs);
    this.#checkedAtMs = nowMs;
    const progress = this.#chunks !== this.#chunksAtCheck;
    this.#chunksAtCheck = this.#chunks;
    if (!this.#buffer.consumerWaits || progress) this.#idleMs = 0;
    else this.#idleMs += sinceMs;
    if (this.#buffer.consumerWaits) this.#answeringMs += sinceMs;
    const { firstTokenMs, betweenTokensMs, answerMs } = this.#context.timeouts;
    const begun = this.#chunks > 0;
    if (!begun && this.#idleMs >= firstTokenMs) this.#timeOut(stage.upstream, 'No first token in time');
    else if (begun && this.#idleMs >= betweenTokensMs) this.#timeOut(stage.upstream, 'The answer stalled');
    else if (this.#answeringMs >= answerMs) this.#timeOut(stage.upstream, 'The whole answer took too long');
  }

  #timeOut(upstream: Upstream, message: string): void {
    upstream.interrupt(new LlmError('timeout', message));
  }

  /** Gives back why the provider failed before its first chunk; nothing when there is no more to be done. */
  async #try(provider: ModelClient, guard: ProviderGuard): Promise<LlmError | undefined> {
    const { clock, metrics, watch } = this.#context;
    const upstream = this.#open(provider);
    watch.add(this);
    let outcome: 'answered' | LlmError;
    try {
      const first = await guard.untilFirstChunk(() => upstream.next());
      metrics.onFirstToken(provider.provider, clock.monotonic() - this.#startedAtMs);
      await this.#readOn(upstream, first);
      outcome = 'answered';
    } catch (thrown) {
      outcome = toLlmError(thrown);
    }
    upstream.close();
    watch.delete(this);
    const kind = outcome === 'answered' ? outcome : outcome.kind;
    metrics.onCallEnd(provider.provider, kind, clock.monotonic() - this.#startedAtMs);
    return this.#conclude(guard, outcome);
  }

  #open(provider: ModelClient): Upstream {
    const { clock, metrics } = this.#context;
    const { trace, locale, messages, maxOutputTokens } = this.#request;
    const { answer } = this;
    const isRetry = this.#delays !== undefined;
    answer.provider = provider.provider;
    answer.model = modelFor(provider, this.#providerIndex, this.#request.model);
    answer.degraded = this.#isDegraded(provider);
    const upstream = new Upstream(provider, {
      model: answer.model,
      messages,
      maxOutputTokens,
      trace,
      locale,
    });
    this.#stage = { name: 'calling', upstream };
    this.#startedAtMs = clock.monotonic();
    this.#checkedAtMs = undefined;
    this.#idleMs = 0;
    this.#answeringMs = 0;
    if (!isRetry) this.#buffer.started(answer.model, answer.degraded);
    metrics.onCallStart(provider.provider, answer.model);
    return upstream;
  }

  /** Another provider does not know the model that was asked for, and the companion is none. */
  #isDegraded(provider: ModelClient): boolean {
    const { providers, model } = this.#request;
    if (provider.provider !== 'offline') return false;
    const isAnother = model !== undefined && model !== provider.defaultModel;
    return isAnother || providers.some(({ provider: each }) => each !== 'offline');
  }

  async #readOn(upstream: Upstream, first: LlmChunk): Promise<void> {
    const { answer } = this;
    let chunk = first;
    this.#chunks++;
    while (chunk.type !== 'end') {
      // Thinking and loading are signs of life, and nothing of the answer.
      if (chunk.type === 'delta') {
        answer.text += chunk.text;
        this.#buffer.delta(chunk.text);
      }
      if (answer.text.length >= EXCHANGE_LIMITS.answerLengthMax) {
        answer.finishReason = 'length';
        upstream.interrupt(new LlmError('aborted', 'The answer is as long as answers may be'));
        return;
      }
      if (this.#buffer.full) await this.#buffer.room();
      chunk = await upstream.next();
      this.#chunks++;
    }
    answer.finishReason = chunk.finishReason;
    answer.reportedInputTokens = chunk.inputTokens;
    answer.reportedOutputTokens = chunk.outputTokens;
  }

  #conclude(guard: ProviderGuard, outcome: 'answered' | LlmError): LlmError | undefined {
    if (outcome === 'answered') {
      guard.answered();
      this.#finish();
      return undefined;
    }
    if (this.#over) return undefined;
    if (this.#chunks === 0) return outcome;
    // What was delivered cannot be taken back, so nobody else may answer in its place.
    guard.brokeOff(outcome);
    this.#finish(clientError(outcome));
    return undefined;
  }

  /**
   * Lets some time pass before the next try. The slot is given up meanwhile: whoever waits would only see it
   * idle, and may want another provider or meet this one in a better moment. The call then takes its turn
   * again, ahead of its owner's later messages.
   */
  #pause(provider: ModelClient, guard: ProviderGuard, failure: LlmError): boolean {
    const { clock, metrics, slots } = this.#context;
    if (guard.refusedForMs() !== undefined) return false;
    this.#delays ??= guard.retryDelays();
    const delayMs = this.#delays.after(failure);
    if (delayMs === undefined) return false;
    metrics.onRetry({ provider: provider.provider, trace: this.#request.trace, failure, delayMs });
    slots.stepAside(this);
    const cancelTimer = clock.after(delayMs, () => this.#comeBack());
    this.#stage = { name: 'pausing', cancelTimer };
    return true;
  }

  #comeBack(): void {
    this.#stage = { name: 'waiting', ticket: this.#context.slots.comeBack(this) };
  }

  #turnToNext(from: ModelClient, failure: LlmError | undefined): void {
    this.#delays = undefined;
    this.#providerIndex++;
    const to = this.#request.providers[this.#providerIndex];
    if (!to) return;
    this.#context.metrics.onFallback({
      from: from.provider,
      to: to.provider,
      trace: this.#request.trace,
      failure,
    });
  }

  #countQueueWait(): void {
    if (this.#enteredAtMs === undefined) return;
    this.#context.metrics.onQueueWait(this.#context.clock.monotonic() - this.#enteredAtMs);
    this.#enteredAtMs = undefined;
  }

  get #over(): boolean {
    return this.#stage.name === 'over';
  }

  #finish(error?: HiloError): void {
    this.#stage = OVER;
    this.#buffer.end(error);
  }
}

function breakerOpen(retryAfterMs: number | undefined): LlmError {
  return new LlmError('unreachable', 'The circuit breaker is open', { retryAfterMs });
}

function clientError(failure: LlmError | undefined): HiloError {
  const key = failure?.kind === 'timeout' ? 'upstream_timeout' : 'upstream_failed';
  const retryAfterMs = failure?.retryAfterMs;
  return new HiloError(key, { cause: failure, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
