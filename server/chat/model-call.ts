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
import { flowOf } from '../identity/principal.ts';
import type { Locale } from '../../shared/locale.ts';
import { LlmError, type LlmChunk } from '../models/model-client.ts';
import type { LlmMessage } from '../models/model-client.ts';
import type { RetryDelays } from '../models/route-guard.ts';
import type { Route, RouteChain } from '../models/route.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { ModelSlots, SlotTask, SlotTicket, UpstreamSlots } from '../rationing/model-slots.ts';
import type { Answer } from './answer.ts';
import type { Task } from './exchange.ts';
import { hasImages, refusalOf, seenBy, timeoutsOf } from './task-prompt.ts';
import { brokenAnswer, noAnswer, soonest } from './call-failure.ts';
import { Attempt } from './attempt.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { ExchangeJournal } from './exchange-journal.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import type { OutputTransform } from './output-transforms.ts';
import { SilenceTimer } from './silence-timer.ts';
import type { TimeoutSweep, Swept } from './timeout-sweep.ts';

/** Dependencies that all calls share. */
export interface CallContext {
  readonly clock: Clock;
  readonly slots: UpstreamSlots;
  readonly sweep: TimeoutSweep;
  readonly tracing: Pick<Tracing, 'attemptBegan'> | undefined;
}

export interface CallRequest {
  readonly owner: string;
  /** Where it comes from; each address has one place in a round of the queue. */
  readonly address: string;
  readonly trace: string;
  readonly locale: Locale;
  readonly messages: readonly LlmMessage[];
  /** Estimated for them. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  /** Of a request without a conversation. */
  readonly task?: Task | undefined;
  /** Routes to try, in order of preference. */
  readonly routes: RouteChain;
  readonly giveWay?: (() => void) | undefined;
}

/** Where the results of a call go. */
export interface CallOutputs {
  readonly buffer: EventBuffer;
  /** Made anew for each call of a model. */
  readonly createTransform: () => OutputTransform;
  readonly journal: ExchangeJournal;
}

type Stage =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'waiting'; readonly ticket: SlotTicket | undefined }
  | { readonly name: 'calling'; readonly attempt: Attempt }
  | { readonly name: 'pausing'; readonly cancelTimer: () => void };

type Token = Exclude<LlmChunk, { type: 'loading' | 'alive' }>;

const CUT_TEXT = { type: 'end', finishReason: 'length' } as const;
const CUT_THINKING = { ...CUT_TEXT, emptyBecause: 'nothing' } as const;

const NO_ANSWER = {
  finishReason: 'stop',
  stoppedBy: undefined,
  stopSequence: undefined,
  usageParts: {},
  degraded: false,
  reportedInputTokens: undefined,
  reportedOutputTokens: undefined,
  emptyBecause: undefined,
} as const;

const IDLE: Stage = { name: 'idle' };
const OVER: Stage = { name: 'over' };

export class ModelCall implements SlotTask, Swept {
  readonly owner: string;
  readonly giveWay: (() => void) | undefined;
  readonly answer: Answer;
  readonly #context: CallContext;
  readonly #request: CallRequest;
  readonly #outputs: CallOutputs;
  readonly #silence: SilenceTimer;
  #client: string | undefined;
  #stage: Stage = IDLE;
  #routeIndex = 0;
  /** The slots of the upstream that is called, or waited for. */
  #slots: ModelSlots;
  #delays: RetryDelays | undefined;
  #lastFailure: LlmError | undefined;
  /** How long the breakers of the routes that were passed over stay open; the shortest time. */
  #refusedForMs: number | undefined;
  /** The queue of the last upstream that could have taken over was full. */
  #refusal: HiloError | undefined;
  #wasCutShort = false;

  constructor(context: CallContext, request: CallRequest, outputs: CallOutputs) {
    this.owner = request.owner;
    this.giveWay = request.giveWay;
    this.#context = context;
    this.#request = request;
    this.#outputs = outputs;
    const [route] = request.routes;
    this.#silence = new SilenceTimer(route.timeouts);
    this.#slots = context.slots.of(route.upstream);
    this.answer = { ...NO_ANSWER, route };
  }

  get client(): string {
    return (this.#client ??= flowOf(this.owner, this.#request.address));
  }

  /** Cancelled while a model was working on the prompt. */
  get wasCutShort(): boolean {
    return this.#wasCutShort;
  }

  /** Throws or rejects with `queue_full`. */
  start(): void | Promise<void> {
    return this.#wait(() => this.#slots.enter(this));
  }

  /** Ends the call in whatever stage it is; the slot is free within the same turn of the event loop. */
  cancel(): void {
    const stage = this.#stage;
    const { buffer } = this.#outputs;
    if (stage.name === 'over') return buffer.deliverNow();
    this.#wasCutShort = stage.name === 'calling';
    this.#finish(new HiloError('cancelled'));
    buffer.deliverNow();
    if (stage.name === 'waiting' && stage.ticket) void this.#slots.leave(stage.ticket);
    if (stage.name === 'calling') stage.attempt.interrupt(new LlmError('aborted', 'Cancelled'));
    if (stage.name === 'pausing') {
      stage.cancelTimer();
      void this.#slots.stayAway(this);
    }
  }

  tellPosition(position: number): void {
    this.#outputs.buffer.position(position);
  }

  /** Tries one route after the other until one has answered, a retry must wait, or none is left. */
  async runInSlot(): Promise<void> {
    this.#outputs.journal.gotSlot();
    const { routes } = this.#request;
    try {
      while (!this.#isOver) {
        const route = routes[this.#routeIndex];
        if (!route) return this.#finish(this.#refusal ?? noAnswer(this.#lastFailure, this.#refusedForMs));
        if (this.#context.slots.of(route.upstream) !== this.#slots) {
          if (await this.#moveTo(route)) return;
          this.#turnToNext(route, 'queue_full');
          continue;
        }
        const refusedForMs = route.guard.refusedForMs();
        const failure = refusedForMs === undefined ? await this.#try(route) : undefined;
        if (this.#isOver) return;
        const refusal = failure && this.#refusalOf(failure);
        if (refusal) return this.#finish(refusal);
        if (failure && this.#pause(route, failure)) return;
        // The failure that really happened says more than an open breaker does.
        this.#lastFailure = failure ?? this.#lastFailure;
        this.#refusedForMs = soonest(this.#refusedForMs, refusedForMs);
        this.#turnToNext(route, failure?.kind ?? 'breaker_open');
      }
    } catch (thrown) {
      // A fault of ours must end this exchange too, but no other exchange.
      this.#finish(toHiloError(thrown));
    }
  }

  /** Goes on in a slot of another upstream; false when its queue is full. The caller must end this run. */
  async #moveTo({ upstream }: Route): Promise<boolean> {
    const before = this.#slots;
    this.#slots = this.#context.slots.of(upstream);
    try {
      await this.#wait(() => this.#slots.enter(this));
      return true;
    } catch (thrown) {
      this.#slots = before;
      this.#refusal = toHiloError(thrown);
      if (this.#refusal.key !== 'queue_full') throw thrown;
      return false;
    }
  }

  /** Without a ticket the call runs soon, or does already. */
  #wait(ask: () => ReturnType<ModelSlots['enter']>): void | Promise<void> {
    const asking: Stage = { name: 'waiting', ticket: undefined };
    this.#stage = asking;
    const asked = ask();
    if (asked instanceof Promise) return asked.then((ticket) => this.#waits(ticket, asking));
    this.#waits(asked, asking);
  }

  /** Slots across a network answer late: the call may have got its slot meanwhile, or been cancelled. */
  #waits(ticket: SlotTicket | undefined, asking: Stage): void {
    if (!ticket) return;
    if (this.#isOver) return void this.#slots.leave(ticket);
    if (this.#stage !== asking) return;
    this.#stage = { name: 'waiting', ticket };
    this.#outputs.journal.hadToWait();
  }

  checkTimeouts(nowMs: number): void {
    const stage = this.#stage;
    if (stage.name !== 'calling') return;
    const overdue = this.#silence.check(nowMs, this.#outputs.buffer.isBlocked);
    if (overdue !== undefined) stage.attempt.interrupt(new LlmError('timeout', overdue));
  }

  /** Gives back why the route failed before its first token; nothing when there is no more to be done. */
  async #try(route: Route): Promise<LlmError | undefined> {
    const { sweep } = this.#context;
    const { journal } = this.#outputs;
    const attempt = this.#open(route);
    sweep.add(this);
    let failure: LlmError | undefined;
    try {
      const first = await route.guard.untilFirstChunk(() => this.#untilFirstToken(attempt));
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
    return this.#conclude(route, failure);
  }

  #open(route: Route): Attempt {
    const { trace, locale, messages, inputTokens, task, routes } = this.#request;
    const { answer } = this;
    const { model, provider, upstream } = route;
    const isRetry = this.#delays !== undefined;
    answer.route = route;
    // Where the companion is the first choice, it does not stand in for another route.
    answer.degraded = provider === 'offline' && routes[0].provider !== 'offline';
    const maxOutputTokens = Math.min(this.#request.maxOutputTokens, route.maxOutputTokens);
    const traced = this.#context.tracing?.attemptBegan(trace);
    const attempt = new Attempt(upstream.client, {
      model,
      messages: seenBy(route, messages),
      maxOutputTokens,
      contextTokens: route.contextTokens,
      options: task?.kind === 'completion' ? task.options : undefined,
      embedding: task?.kind === 'embeddings' ? task : undefined,
      drawing: task?.kind === 'image' ? task : undefined,
      trace,
      traceparent: traced?.traceparent,
      locale,
    });
    this.#stage = { name: 'calling', attempt };
    this.#silence.restart(timeoutsOf(route, task));
    this.#outputs.journal.attemptStarted(route, answer.degraded, traced?.spanId);
    const { degraded } = answer;
    if (!isRetry) this.#outputs.buffer.started({ model, degraded, route: route.id, inputTokens });
    return attempt;
  }

  /** Signs of life are not part of the answer: another route may still take over. */
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
    const lengths = { thinking: 0, toolCalls: 0 };
    let chunk: LlmChunk = first;
    while (chunk.type !== 'end') {
      if (chunk.type === 'delta') {
        const text = transform.push(chunk.text);
        if (text !== '') buffer.delta(text);
      } else if (chunk.type === 'thinking') {
        lengths.thinking += chunk.text.length;
        buffer.thinking(chunk.text);
      } else if (chunk.type === 'toolCall') {
        lengths.toolCalls += chunk.text.length;
        buffer.toolCall(chunk);
      } else if (chunk.type === 'vector') buffer.vector(chunk.index, chunk.vector);
      else if (chunk.type === 'image') buffer.image(chunk.index, chunk.image);
      const isFull = transform.isFull || lengths.toolCalls >= EXCHANGE_LIMITS.answerLengthMax;
      if (isFull || lengths.thinking >= EXCHANGE_LIMITS.thinkingLengthMax) {
        attempt.interrupt(new LlmError('aborted', 'The answer is as long as answers may be'));
        return this.#complete(transform, isFull ? CUT_TEXT : CUT_THINKING);
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
    answer.stoppedBy = end.stoppedBy;
    answer.stopSequence = end.stopSequence;
    const { cachedInputTokens, thinkingTokens } = end;
    answer.usageParts = {
      ...(cachedInputTokens !== undefined && { cachedInputTokens }),
      ...(thinkingTokens !== undefined && { thinkingTokens }),
    };
    answer.reportedInputTokens = end.inputTokens;
    answer.reportedOutputTokens = end.outputTokens;
    answer.emptyBecause = end.emptyBecause;
  }

  #conclude({ guard }: Route, failure: LlmError | undefined): LlmError | undefined {
    if (failure === undefined) {
      guard.answered();
      this.#finish();
      return undefined;
    }
    if (this.#isOver) return undefined;
    if (!this.#silence.hasBegun) return failure;
    // What was delivered cannot be taken back, so no other route may answer in its place.
    guard.brokeOff(failure);
    this.#finish(brokenAnswer(failure));
    return undefined;
  }

  /**
   * Lets some time pass before the next try. The slot is given up meanwhile: a waiting message would only see
   * it idle, and may want another route or meet this one at a better moment. The call then takes its turn
   * again, ahead of its owner's later messages.
   */
  #pause({ guard }: Route, failure: LlmError): boolean {
    const { clock } = this.#context;
    if (guard.refusedForMs() !== undefined) return false;
    this.#delays ??= guard.retryDelays();
    const delayMs = this.#delays.after(failure);
    if (delayMs === undefined) return false;
    this.#outputs.journal.retried(delayMs);
    void this.#slots.stepAside(this);
    const cancelTimer = clock.after(delayMs, () => void this.#comeBack());
    this.#stage = { name: 'pausing', cancelTimer };
    return true;
  }

  async #comeBack(): Promise<void> {
    try {
      await this.#wait(() => this.#slots.comeBack(this));
    } catch (thrown) {
      this.#finish(toHiloError(thrown));
    }
  }

  #turnToNext(from: Route, reason: string): void {
    this.#delays = undefined;
    this.#routeIndex++;
    const to = this.#request.routes[this.#routeIndex];
    if (to) this.#outputs.journal.fellBack(from.provider, to.provider, reason);
  }

  /** Of a request without a conversation. */
  #refusalOf(failure: LlmError): HiloError | undefined {
    const { task, messages, inputTokens, locale } = this.#request;
    return task || hasImages(messages) ? refusalOf(failure, inputTokens, locale) : undefined;
  }

  get #isOver(): boolean {
    return this.#stage.name === 'over';
  }

  #finish(error?: HiloError): void {
    this.#stage = OVER;
    this.#outputs.buffer.end(error);
  }
}
