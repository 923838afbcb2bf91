/**
 * The way of one message:
 *
 *   check     the input checks, in order; the prompt is the last       input-checks.ts, prompt-window.ts,
 *                                                                      task-prompt.ts
 *   reserve   the most that it can cost is held, the answer clamped    credits/meter.ts
 *   queue     fair between addresses, then sessions; positions told    rationing/
 *   call      route, timeouts, retries, breaker, next route            model-call.ts, attempt.ts
 *   transform the output transforms, delta by delta                    output-transforms.ts
 *   deliver   deltas joined, no faster than the reader takes them      event-buffer.ts, join-deltas.ts
 *   settle    real counts, charge, receipt; durable before the end     settlement.ts
 *   record    one record of the whole, however it ended                exchange-journal.ts
 */
import { factsOf } from '../attachments/attachment.ts';
import type { Clock } from '../../shared/clock.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Localised } from '../../shared/locale.ts';
import type { Meter, Reservation, Settlement, TokenUsage } from '../credits/meter.ts';
import type { Route, RouteChain } from '../models/route.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import { TokenEstimator } from '../models/token-estimate.ts';
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { UpstreamSlots } from '../rationing/model-slots.ts';
import type { RateWindow } from '../rationing/rate-window.ts';
import { Cancellation } from './cancellation.ts';
import { EventBuffer } from './event-buffer.ts';
import type {
  CompletionTask,
  Exchange,
  ExchangeRequest,
  ExchangeResult,
  ExchangeSink,
  Task,
} from './exchange.ts';
import { ExchangeJournal } from './exchange-journal.ts';
import { createDraft, inputChecks, runInputChecks, undoAll, type Draft, type Undo } from './input-checks.ts';
import type { InputCheck } from './input-checks.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import { ModelCall, type CallContext, type CallOutputs } from './model-call.ts';
import { OUTPUT_STAGES, OutputChain, type OutputStage } from './output-transforms.ts';
import { PromptWindow, type Prompt } from './prompt-window.ts';
import { countUsage, emptyAnswer, isNoAnswer, outcomeOf, settle, type Outcome } from './settlement.ts';
import { fitTask, outputLimit, routesFor, weightOf } from './task-prompt.ts';
import { taskOutlook, type OutlookRequest, type TaskOutlook } from './task-outlook.ts';
import type { RunningExchanges } from './running-exchanges.ts';
import { TimeoutSweep } from './timeout-sweep.ts';

export interface ExchangeDependencies {
  readonly clock: Clock;
  readonly routes: Pick<RouteDirectory, 'resolve' | 'resolveEmbedding' | 'resolveImage'>;
  readonly slots: UpstreamSlots;
  readonly rateWindow: RateWindow;
  readonly meter: Meter;
  readonly systemPrompt: Localised;
  /** The budget of most routes: the system prompt must leave room in it. */
  readonly inputTokenBudget: number;
  /** Called once for each exchange, before it resolves or rejects; must not throw. */
  readonly onEnded: (record: ExchangeRecord) => void;
  /** Of traces, where they are made. */
  readonly tracing?: Pick<Tracing, 'attemptBegan'> | undefined;
  /** Come after the rate window and before the input budget. */
  readonly moreChecks?: readonly InputCheck[];
  readonly outputStages?: readonly OutputStage[];
  readonly running?: RunningExchanges | undefined;
}

export type PlannedTask = Pick<ExchangeRequest, 'access' | 'locale' | 'route'> & { readonly task: Task };

export interface TaskPlan {
  readonly routes: RouteChain;
  /** Estimated. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
}

export interface ExchangeStats {
  /** Messages that wait for a slot, or pause before another try. */
  readonly waiting: number;
  /** Calls that hold a slot. */
  readonly inFlight: number;
}

export interface ExchangePipeline extends Exchange {
  /**
   * What a task would need at most, before it is asked. Throws what would refuse it: `not_found`,
   * `unsupported`, `context_length_exceeded`.
   */
  plan(asked: PlannedTask): TaskPlan;
  /** An estimate of what messages without a conversation have. */
  countTokens(route: Route, asked: Pick<CompletionTask, 'messages' | 'options'>): number;
  /** What is known of a task before it is asked for. Throws what the exchange would. */
  outlook(asked: OutlookRequest): TaskOutlook;
  stats(): ExchangeStats;
  /** From now on new messages are refused with `draining`; those admitted before go on. */
  drain(): void;
  /** Whether new messages are refused. */
  isDraining(): boolean;
}

/** Throws if the system prompt does not fit into the input budget. */
export function createExchange(dependencies: ExchangeDependencies): ExchangePipeline {
  const pipeline = new Pipeline(dependencies);
  const exchange: Exchange = (request, sink) => pipeline.exchange(request, sink);
  return Object.assign(exchange, {
    plan: (asked: PlannedTask) => pipeline.plan(asked),
    countTokens: (...asked: Parameters<Pipeline['countTokens']>) => pipeline.countTokens(...asked),
    outlook: (asked: OutlookRequest) => pipeline.outlook(asked),
    stats: () => pipeline.stats(),
    drain: () => pipeline.drain(),
    isDraining: () => pipeline.isDraining,
  });
}

/** Of a prompt, beside those that were said before: the system prompt and the message itself. */
const OWN_MESSAGES = 2;

class Pipeline {
  readonly #routes: ExchangeDependencies['routes'];
  readonly #estimator = new TokenEstimator();
  readonly #checks: readonly InputCheck[];
  readonly #outputStages: readonly OutputStage[];
  readonly #context: CallContext;
  readonly #meter: Meter;
  readonly #onEnded: (record: ExchangeRecord) => void;
  readonly #running: RunningExchanges | undefined;
  #isDraining = false;

  constructor(dependencies: ExchangeDependencies) {
    const { inputTokenBudget, systemPrompt } = dependencies;
    this.#routes = dependencies.routes;
    this.#meter = dependencies.meter;
    this.#running = dependencies.running;
    this.#onEnded = dependencies.onEnded;
    this.#outputStages = dependencies.outputStages ?? OUTPUT_STAGES;
    this.#checks = inputChecks({
      isDraining: () => this.#isDraining,
      rateWindow: dependencies.rateWindow,
      promptWindow: new PromptWindow({ estimator: this.#estimator, systemPrompt, inputTokenBudget }),
      estimator: this.#estimator,
      moreChecks: dependencies.moreChecks ?? [],
    });
    this.#context = createContext(dependencies);
  }

  async exchange(request: ExchangeRequest, sink: ExchangeSink): Promise<ExchangeResult> {
    const journal = new ExchangeJournal(this.#context.clock, request);
    try {
      const result = await this.#run(request, sink, journal);
      this.#onEnded(journal.record('answered', result.finishReason));
      return result;
    } catch (thrown) {
      const error = toHiloError(thrown);
      this.#onEnded(journal.record(error.key, undefined));
      throw error;
    }
  }

  async #run(
    request: ExchangeRequest,
    sink: ExchangeSink,
    journal: ExchangeJournal,
  ): Promise<ExchangeResult> {
    if (request.signal.aborted) throw new HiloError('cancelled');
    const buffer = new EventBuffer(this.#context.clock, sink);
    const createTransform = () => new OutputChain(this.#outputStages, request);
    const { draft, reservation, call } = await this.#admit(request, { buffer, createTransform, journal });
    const cancellation = new Cancellation(request.signal, call);
    const leave = this.#enter(request, draft, journal);
    let failure: HiloError | undefined;
    try {
      cancellation.attach();
      await buffer.done;
    } catch (thrown) {
      failure = toHiloError(thrown);
    }
    cancellation.detach();
    leave?.();
    // Does nothing unless the sink has failed.
    call.cancel();
    const outcome = outcomeOf(call, buffer, failure);
    const usage = countUsage(this.#estimator, draft, outcome);
    journal.delivered(outcome, usage);
    const settlement = await settle(reservation, draft, { outcome, usage });
    journal.ended(settlement);
    if (failure) throw failure;
    if (!settlement || !usage || isNoAnswer(outcome, request.task))
      throw emptyAnswer(outcome, request.locale);
    const remembered = request.task ? 0 : draft.prompt.messages.length - OWN_MESSAGES;
    const { team } = request.payer;
    const attachments = draft.prompt.attachments?.map(factsOf);
    const said = result(outcome, usage, settlement, team?.name);
    return { ...said, remembered, ...(attachments && { attachments }) };
  }

  /** While it runs, a change of what its sender may do reaches it. */
  #enter(
    { owner, payer, access: rights, stop }: ExchangeRequest,
    { routes }: Draft,
    journal: ExchangeJournal,
  ): (() => void) | undefined {
    if (!stop) return undefined;
    const route = () => journal.currentRoute ?? routes[0].id;
    const access = typeof rights === 'string' ? rights : rights.access;
    return this.#running?.add({ owner, payer, access, route, stop });
  }

  /**
   * What was taken on the way is given back when the message is refused, so that a refused message uses
   * nothing up.
   */
  async #admit(request: ExchangeRequest, outputs: CallOutputs): Promise<Admitted> {
    const undos: Undo[] = [];
    try {
      const draft = createDraft(request, routesFor(request, this.#routes));
      const checking = runInputChecks(this.#checks, draft, undos);
      if (checking) await checking;
      outputs.journal.checked();
      const reservation = await this.#reserve(draft);
      undos.push(() => reservation.release());
      const opening = request.placement.admitted?.(draft.text);
      if (opening) await opening;
      if (request.signal.aborted) throw new HiloError('cancelled');
      const call = this.#createCall(draft, reservation, outputs);
      const starting = call.start();
      if (starting) await starting;
      outputs.journal.admitted(draft.prompt.messages.length);
      return { draft, reservation, call };
    } catch (thrown) {
      await undoAll(undos);
      throw thrown;
    }
  }

  #reserve({ request, routes, prompt }: Draft): Promise<Reservation> {
    const { payer, trace, meter = this.#meter } = request;
    const candidates = routes.map(({ id, price }) => ({ route: id, price }));
    const inputTokens = this.#inputTokens(routes[0], prompt);
    const maxOutputTokens = outputLimit(request.task, routes[0]);
    const images = request.task?.kind === 'image' ? request.task.count : undefined;
    return meter.reserve({ payer, trace, candidates, inputTokens, maxOutputTokens, images });
  }

  #createCall({ request, routes, prompt }: Draft, reservation: Reservation, outputs: CallOutputs): ModelCall {
    const { owner, trace, locale, task, giveWay } = request;
    const { address } = request.payer;
    const { maxOutputTokens } = reservation;
    const { messages } = prompt;
    const inputTokens = this.#inputTokens(routes[0], prompt);
    const whose = { owner, address, trace, locale };
    const wanted = { ...whose, messages, inputTokens, maxOutputTokens, task, routes, giveWay };
    return new ModelCall(this.#context, wanted, outputs);
  }

  #inputTokens({ model }: Route, { rawTokens }: Prompt): number {
    return Math.ceil(rawTokens * this.#estimator.ratio(model));
  }

  plan(asked: PlannedTask): TaskPlan {
    const routes = routesFor(asked, this.#routes);
    const inputTokens = this.#inputTokens(routes[0], fitTask(asked, routes, this.#estimator));
    return { routes, inputTokens, maxOutputTokens: outputLimit(asked.task, routes[0]) };
  }

  /** Of messages without a conversation; nothing is sent anywhere. */
  countTokens(route: Route, asked: Parameters<typeof weightOf>[0]): number {
    return Math.ceil(weightOf(asked) * this.#estimator.ratio(route.model));
  }

  outlook(asked: OutlookRequest): TaskOutlook {
    return taskOutlook(routesFor(asked, this.#routes), this.#estimator);
  }

  stats(): ExchangeStats {
    return { waiting: this.#context.slots.waiting, inFlight: this.#context.slots.inFlight };
  }

  drain(): void {
    this.#isDraining = true;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }
}

/** A message that has passed everything that could refuse it. */
interface Admitted {
  readonly draft: Draft;
  readonly reservation: Reservation;
  readonly call: ModelCall;
}

function createContext(dependencies: Pick<ExchangeDependencies, 'clock' | 'slots' | 'tracing'>): CallContext {
  const { clock, slots, tracing } = dependencies;
  return { clock, slots, tracing, sweep: new TimeoutSweep(clock, EXCHANGE_LIMITS.timeoutTickMs) };
}

function result(
  outcome: Outcome,
  usage: TokenUsage,
  settlement: Settlement,
  team: string | undefined,
): Omit<ExchangeResult, 'attachments' | 'remembered'> {
  const { text, thinking, toolCalls, finishReason, stoppedBy, stopSequence } = outcome;
  const { degraded, vectors, images, usageParts } = outcome;
  const { id: route, provider, model } = outcome.route;
  const { charged, balance, exchange, receipt } = settlement;
  const said = {
    text,
    thinking,
    toolCalls,
    vectors,
    images,
    finishReason,
    finish: stoppedBy ?? finishReason,
    stopSequence,
  };
  const by = { route, provider, model, degraded };
  return {
    ...said,
    ...by,
    usage,
    usageParts,
    credits: { charged, balance, ...(team !== undefined && { team }) },
    exchange,
    receipt,
  };
}
