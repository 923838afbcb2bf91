/**
 * The call stage: from wanting a slot to the end of the answer.
 *
 *   idle ──start──► waiting ──slot──► calling ──► over
 *                      ▲                │
 *                      └─── pausing ◄───┘  failed before its first token, worth another try
 *
 * `cancel` and the end of an answer lead from every state to `over`, from where nothing leads.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { Locale } from '../../shared/locale.ts';
import { LlmError, type EmptyReason, type FinishReason, type LlmChunk } from '../models/model-client.ts';
import type { LlmMessage, ModelClient } from '../models/model-client.ts';
import type { ProviderGuard, ProviderGuards, RetryDelays } from '../models/provider-guard.ts';
import type { LocalModelSlots } from '../rationing/local-model-slots.ts';
import type { SlotTask, SlotTicket } from '../rationing/model-slots.ts';
import { Attempt } from './attempt.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { ExchangeJournal } from './exchange-journal.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import type { OutputTransform } from './output-transforms.ts';
import { SilenceTimer, type CallTimeouts } from './silence-timer.ts';
import type { TimeoutSweep, Swept } from './timeout-sweep.ts';

/** What all calls share. */
export interface CallContext {
  readonly clock: Clock;
  readonly slots: LocalModelSlots;
  readonly guards: ProviderGuards;
  readonly sweep: TimeoutSweep;
  readonly timeouts: CallTimeouts;
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

/** Where what comes of a call goes. */
export interface CallOutputs {
  readonly buffer: EventBuffer;
  /** Made anew for each call of a model. */
  readonly createTransform: () => OutputTransform;
  readonly journal: ExchangeJournal;
}

/** What is known of the answer beside its text; complete when the buffer has ended without an error. */
export interface Answer {
  finishReason: FinishReason;
  provider: ModelClient['provider'];
  model: string;
  degraded: boolean;
  reportedInputTokens: number | undefined;
  reportedOutputTokens: number | undefined;
  emptyBecause: EmptyReason | undefined;
}

type Stage =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'waiting'; readonly ticket: SlotTicket | undefined }
  | { readonly name: 'calling'; readonly attempt: Attempt }
  | { readonly name: 'pausing'; readonly cancelTimer: () => void };

type Token = Exclude<LlmChunk, { type: 'loading' | 'alive' }>;

const CUT_TEXT = { type: 'end', finishReason: 'length' } as const;
const CUT_THINKING = { ...CUT_TEXT, emptyBecause: 'nothing' } as const;
const IDLE: Stage = { name: 'idle' };
const OVER: Stage = { name: 'over' };
const STARTING: Stage = { name: 'waiting', ticket: undefined };

/** Only the first provider is asked for the wanted model; the others, and the companion, have their own. */
export function modelFor(client: ModelClient, index: number, wanted: string | undefined): string {
  const knows = index === 0 && client.provider !== 'offline';
  return (knows ? wanted : undefined) ?? client.defaultModel;
}

export class ModelCall implements SlotTask, Swept {
  readonly owner: string;
  readonly answer: Answer = {
    finishReason: 'stop',
    provider: 'offline',
    model: '',
    degraded: false,
    reportedInputTokens: undefined,
    reportedOutputTokens: undefined,
    emptyBecause: undefined,
  };
  readonly #context: CallContext;
  readonly #request: CallRequest;
  readonly #outputs: CallOutputs;
  readonly #silence: SilenceTimer;
  #client: string | undefined;
  #stage: Stage = IDLE;
  #providerIndex = 0;
  #delays: RetryDelays | undefined;
  #lastFailure: LlmError | undefined;
  #wasCutShort = false;

  constructor(context: CallContext, request: CallRequest, outputs: CallOutputs) {
    this.owner = request.owner;
    this.#context = context;
    this.#request = request;
    this.#outputs = outputs;
    this.#silence = new SilenceTimer(context.timeouts);
  }

  get client(): string {
    return (this.#client ??= addressKey(this.#request.address));
  }

  /** Cancelled while a model was working on the prompt. */
  get wasCutShort(): boolean {
    return this.#wasCutShort;
  }

  /** Throws `queue_full`. */
  start(): void {
    const ticket = this.#context.slots.enter(this);
    this.#stage = STARTING;
    if (!ticket) return;
    this.#stage = { name: 'waiting', ticket };
    this.#outputs.journal.hadToWait();
  }

  /** Ends the call in whatever stage it is; the slot is free within the same turn of the event loop. */
  cancel(): void {
    const stage = this.#stage;
    const { buffer } = this.#outputs;
    if (stage.name === 'over') return buffer.deliverNow();
    this.#wasCutShort = stage.name === 'calling';
    this.#finish(new HiloError('cancelled'));
    buffer.deliverNow();
    if (stage.name === 'waiting' && stage.ticket) this.#context.slots.leave(stage.ticket);
    if (stage.name === 'calling') stage.attempt.interrupt(new LlmError('aborted', 'Cancelled'));
    if (stage.name === 'pausing') {
      stage.cancelTimer();
      this.#context.slots.stayAway(this);
    }
  }

  tellPosition(position: number): void {
    this.#outputs.buffer.position(position);
  }

  /** Tries one provider after the other until one has answered, a retry must wait, or none is left. */
  async runInSlot(): Promise<void> {
    this.#outputs.journal.gotSlot();
    const { providers } = this.#request;
    try {
      while (!this.#isOver) {
        const client = providers[this.#providerIndex];
        if (!client) return this.#finish(clientError(this.#lastFailure));
        const guard = this.#context.guards.of(client);
        const refusedForMs = guard.refusedForMs();
        const failure = refusedForMs === undefined ? await this.#try(client, guard) : undefined;
        if (this.#isOver) return;
        if (failure && this.#pause(guard, failure)) return;
        // What has really failed says more than that the breaker is open.
        this.#lastFailure = failure ?? this.#lastFailure ?? breakerOpen(refusedForMs);
        this.#turnToNext(client, failure);
      }
    } catch (thrown) {
      // A fault of ours must end this exchange too, and nothing but this exchange.
      this.#finish(toHiloError(thrown));
    }
  }

  checkTimeouts(nowMs: number): void {
    const stage = this.#stage;
    if (stage.name !== 'calling') return;
    const overdue = this.#silence.check(nowMs, this.#outputs.buffer.isBlocked);
    if (overdue !== undefined) stage.attempt.interrupt(new LlmError('timeout', overdue));
  }

  /** Gives back why the provider failed before its first token; nothing when there is no more to be done. */
  async #try(client: ModelClient, guard: ProviderGuard): Promise<LlmError | undefined> {
    const { sweep } = this.#context;
    const { journal } = this.#outputs;
    const attempt = this.#open(client);
    sweep.add(this);
    let failure: LlmError | undefined;
    try {
      const first = await guard.untilFirstChunk(() => this.#untilFirstToken(attempt));
      journal.firstToken();
      await this.#readOn(attempt, first);
    } catch (thrown) {
      // The attempt throws nothing else.
      if (!(thrown instanceof LlmError)) throw thrown;
      failure = thrown;
    } finally {
      attempt.close();
      sweep.delete(this);
      journal.attemptEnded(failure);
    }
    return this.#conclude(guard, failure);
  }

  #open(client: ModelClient): Attempt {
    const { trace, locale, messages, maxOutputTokens } = this.#request;
    const { answer } = this;
    const isRetry = this.#delays !== undefined;
    const model = modelFor(client, this.#providerIndex, this.#request.model);
    answer.provider = client.provider;
    answer.model = model;
    answer.degraded = this.#isDegraded(client);
    const attempt = new Attempt(client, { model, messages, maxOutputTokens, trace, locale });
    this.#stage = { name: 'calling', attempt };
    this.#silence.restart();
    this.#outputs.journal.attemptStarted(client.provider, model, answer.degraded);
    if (!isRetry) this.#outputs.buffer.started(model, answer.degraded);
    return attempt;
  }

  /** Another provider does not know the model that was asked for, and the companion is not a model. */
  #isDegraded(client: ModelClient): boolean {
    const { providers, model } = this.#request;
    if (client.provider !== 'offline') return false;
    const isAnother = model !== undefined && model !== client.defaultModel;
    return isAnother || providers.some(({ provider }) => provider !== 'offline');
  }

  /** Signs of life are nothing of the answer: another provider may still take over. */
  async #untilFirstToken(attempt: Attempt): Promise<Token> {
    for (;;) {
      const chunk = await attempt.next();
      if (chunk.type !== 'loading' && chunk.type !== 'alive') {
        this.#silence.begun();
        return chunk;
      }
      this.#silence.signOfLife();
      if (chunk.type === 'loading') this.#outputs.buffer.loading();
    }
  }

  async #readOn(attempt: Attempt, first: Token): Promise<void> {
    const { buffer, createTransform } = this.#outputs;
    const transform = createTransform();
    let thinkingLength = 0;
    let chunk: LlmChunk = first;
    while (chunk.type !== 'end') {
      if (chunk.type === 'delta') {
        const text = transform.push(chunk.text);
        if (text !== '') buffer.delta(text);
      } else if (chunk.type === 'thinking') {
        thinkingLength += chunk.text.length;
        buffer.thinking(chunk.text);
      }
      if (transform.isFull || thinkingLength >= EXCHANGE_LIMITS.thinkingLengthMax) {
        attempt.interrupt(new LlmError('aborted', 'The answer is as long as answers may be'));
        return this.#complete(transform, transform.isFull ? CUT_TEXT : CUT_THINKING);
      }
      if (buffer.full) await buffer.room();
      chunk = await attempt.next();
      this.#silence.signOfLife();
    }
    this.#complete(transform, chunk);
  }

  #complete(transform: OutputTransform, end: Extract<LlmChunk, { type: 'end' }>): void {
    const { answer } = this;
    const rest = transform.finish();
    if (rest !== '') this.#outputs.buffer.delta(rest);
    answer.finishReason = end.finishReason;
    answer.reportedInputTokens = end.inputTokens;
    answer.reportedOutputTokens = end.outputTokens;
    answer.emptyBecause = end.emptyBecause;
  }

  #conclude(guard: ProviderGuard, failure: LlmError | undefined): LlmError | undefined {
    if (failure === undefined) {
      guard.answered();
      this.#finish();
      return undefined;
    }
    if (this.#isOver) return undefined;
    if (!this.#silence.hasBegun) return failure;
    // What was delivered cannot be taken back, so nobody else may answer in its place.
    guard.brokeOff(failure);
    this.#finish(clientError(failure));
    return undefined;
  }

  /**
   * Lets some time pass before the next try. The slot is given up meanwhile: whoever waits would only see it
   * idle, and may want another provider or meet this one in a better moment. The call then takes its turn
   * again, ahead of its owner's later messages.
   */
  #pause(guard: ProviderGuard, failure: LlmError): boolean {
    const { clock, slots } = this.#context;
    if (guard.refusedForMs() !== undefined) return false;
    this.#delays ??= guard.retryDelays();
    const delayMs = this.#delays.after(failure);
    if (delayMs === undefined) return false;
    this.#outputs.journal.retried(delayMs);
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
    if (to) this.#outputs.journal.fellBack(from.provider, to.provider, failure);
  }

  get #isOver(): boolean {
    return this.#stage.name === 'over';
  }

  #finish(error?: HiloError): void {
    this.#stage = OVER;
    this.#outputs.buffer.end(error);
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
