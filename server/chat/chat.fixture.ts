/**
 * For the tests of the pipeline: a provider that follows a script, and an exchange on a clock that stands
 * still.
 */
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import {
  LlmError,
  type LlmChunk,
  type ModelClient,
  type ModelListing,
  type LlmRequest,
} from '../models/model-client.ts';
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import type { ExchangeEvent, ExchangeRequest, ExchangeResult, ExchangeSink } from './exchange.ts';
import { History } from '../conversations/history.ts';
import type { Meter, SettleFacts } from '../credits/meter.ts';
import { routesTo, type TestRouteOptions } from '../models/route.fixture.ts';
import { NOWHERE } from '../credits/meter.fixture.ts';
import type { InputCheck } from './input-checks.ts';
import type { OutputStage } from './output-transforms.ts';
import { createExchange, type ExchangePipeline } from './pipeline.ts';
import type { UpstreamSlots } from '../rationing/model-slots.ts';
import { LocalUpstreamSlots } from '../rationing/local-upstream-slots.ts';
import { SlidingRateWindow } from '../rationing/sliding-rate-window.ts';

/** Nothing comes until the call is aborted. */
export const STALL = Symbol('stall');
/** Nothing comes, and an abort is ignored. */
export const DEAF = Symbol('deaf');

/** A delta, a chunk, a failure or a stall. A promise is awaited and then skipped. */
export type Step = string | LlmChunk | LlmError | Promise<void> | typeof STALL | typeof DEAF;

export const END: LlmChunk = { type: 'end', finishReason: 'stop' };

export class ScriptedProvider implements ModelClient {
  readonly provider: ModelClient['provider'];
  readonly defaultModel: string;
  readonly requests: LlmRequest[] = [];
  readonly #script: (call: number) => Iterable<Step>;
  active = 0;
  activeMost = 0;
  aborted = 0;

  /** `script` gives the steps of the call with that number, from 0. */
  constructor(name: ModelClient['provider'], script: (call: number) => Iterable<Step>) {
    this.provider = name;
    this.defaultModel = `${name}-model`;
    this.#script = script;
  }

  get calls(): number {
    return this.requests.length;
  }

  async *stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    this.requests.push(request);
    this.active++;
    this.activeMost = Math.max(this.activeMost, this.active);
    request.signal.addEventListener('abort', () => this.aborted++);
    try {
      for (const step of this.#script(this.calls - 1)) {
        const chunk = await this.#perform(step, request.signal);
        if (request.signal.aborted) throw new LlmError('aborted', 'Aborted');
        if (chunk) yield chunk;
      }
    } finally {
      this.active--;
    }
  }

  async #perform(step: Step, signal: AbortSignal): Promise<LlmChunk | undefined> {
    if (step === DEAF) await new Promise(() => undefined);
    else if (step === STALL) await untilAborted(signal);
    else if (step instanceof Promise) await step;
    else if (step instanceof LlmError) throw step;
    else return typeof step === 'string' ? { type: 'delta', text: step } : step;
    return undefined;
  }

  models(): Promise<readonly ModelListing[]> {
    return Promise.resolve([{ name: this.defaultModel }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function answers(text = 'hola'): () => Step[] {
  return () => [text, END];
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** Everything that can run without time passing has run. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await setImmediate();
}

/** A reader: it takes everything at once, or, when it is slow, one event for each `takeMore`. */
export class TestSink implements ExchangeSink {
  readonly events: ExchangeEvent[] = [];
  readonly #isSlow: boolean;
  #wait: PromiseWithResolvers<void> | undefined;

  constructor(isSlow = false) {
    this.#isSlow = isSlow;
  }

  event(event: ExchangeEvent): void {
    this.events.push(event);
    if (this.#isSlow) this.#wait = Promise.withResolvers();
  }

  ready(): Promise<void> | undefined {
    return this.#wait?.promise;
  }

  /** Resolves when everything has run that can run without time passing. */
  async takeMore(): Promise<void> {
    const wait = this.#wait;
    this.#wait = undefined;
    wait?.resolve();
    await settled();
  }
}

export interface Run {
  readonly events: readonly ExchangeEvent[];
  readonly controller: AbortController;
  readonly done: Promise<void>;
  result: ExchangeResult | undefined;
  error: HiloError | undefined;
}

export interface Bench {
  readonly clock: ManualClock;
  readonly exchange: ExchangePipeline;
  readonly log: string[];
  readonly records: ExchangeRecord[];
  /** Starts an exchange. */
  readonly run: (request?: Partial<ExchangeRequest>, sink?: TestSink) => Run;
}

export interface BenchOptions {
  readonly settings?: Pick<TestRouteOptions, 'maxRetries' | 'others' | 'maxOutputTokens'> & {
    readonly maxInFlight?: number;
    readonly queueMax?: number;
  };
  readonly maxMessages?: number;
  readonly slots?: UpstreamSlots;
  readonly meter?: Meter;
  readonly moreChecks?: readonly InputCheck[];
  readonly outputStages?: readonly OutputStage[];
}

export function bench(providers: readonly ModelClient[], options: BenchOptions = {}): Bench {
  const { maxMessages = 1_000, meter = freeMeter, settings, ...lists } = options;
  const clock = new ManualClock(1_000_000);
  const log: string[] = [];
  const records: ExchangeRecord[] = [];
  const {
    maxRetries = 3,
    others = [],
    maxOutputTokens = 100,
    maxInFlight = 1,
    queueMax = 100,
  } = settings ?? {};
  const routes = routesTo(providers, {
    clock,
    maxRetries,
    others,
    maxOutputTokens,
    slots: maxInFlight,
    inputTokens: INPUT_TOKENS,
  });
  routes.onBreakerState(({ provider }, state) => log.push(`breaker ${provider} ${state}`));
  const exchange = createExchange({
    clock,
    routes,
    rateWindow: new SlidingRateWindow({ clock, maxMessagesOf: () => maxMessages, windowMs: 60_000 }),
    systemPrompt: { en: 'Be kind', es: 'Sé amable' },
    meter,
    slots: options.slots ?? new LocalUpstreamSlots({ clock, queueMax }),
    inputTokenBudget: INPUT_TOKENS,
    onEnded(record) {
      records.push(record);
      log.push(...linesOf(record));
    },
    ...lists,
  });
  const run = (part: Partial<ExchangeRequest> = {}, sink = new TestSink()) => {
    const controller = new AbortController();
    return follow(exchange(requestOf({ signal: controller.signal, ...part }), sink), sink, controller);
  };
  return { clock, exchange, log, records, run };
}

/** Lets every message pass and charges nothing. */
export const freeMeter: Meter = {
  reserve: ({ maxOutputTokens }) =>
    Promise.resolve({
      maxOutputTokens,
      settle: () =>
        Promise.resolve({
          charged: 0,
          balance: 0,
          receipt: { index: 0, promptSalt: '', answerSalt: '' },
        }),
      release: () => {},
    }),
};

export function requestOf(part: Partial<ExchangeRequest> = {}): ExchangeRequest {
  return {
    owner: 'Usuario-1',
    payer: { account: 'anon:1', actor: 'anon:1', address: '127.0.0.1' },
    service: 'chat',
    trace: 'Usuario-1:m1',
    text: 'hola',
    history: new History({ historyTurnsMax: 100, historyCharactersMax: 1_000_000 }),
    locale: 'es',
    access: 'anonymous',
    placement: NOWHERE,
    signal: new AbortController().signal,
    ...part,
  } as ExchangeRequest;
}

/** The key with which an exchange failed, once it has. */
export async function failureOf(run: Run): Promise<ErrorKey> {
  await run.done;
  if (!run.error) throw new Error('The exchange did not fail');
  return run.error.key;
}

const INPUT_TOKENS = 2_000;

function follow(exchange: Promise<ExchangeResult>, sink: TestSink, controller: AbortController): Run {
  const { events } = sink;
  const run: Run = { events, controller, done: toItsEnd(), result: undefined, error: undefined };
  return run;

  async function toItsEnd(): Promise<void> {
    try {
      const result = await exchange;
      run.result = result;
    } catch (thrown) {
      if (!(thrown instanceof HiloError)) throw thrown;
      run.error = thrown;
    }
  }
}

/** A record in words, as far as tests look at it. */
function linesOf(record: ExchangeRecord): string[] {
  const { times, attempts, fallbacks, usage, answeredBy, outcome } = record;
  const lines: string[] = [];
  if (times.hadToWait) lines.push('queued');
  if (times.queuedMs !== undefined) lines.push(`wait ${times.queuedMs}`);
  for (const { provider, outcome: end, durationMs, firstTokenMs, retryInMs } of attempts) {
    if (firstTokenMs !== undefined) lines.push(`first ${provider} ${firstTokenMs}`);
    lines.push(`end ${provider} ${end} ${durationMs}`);
    if (retryInMs !== undefined) lines.push(`retry ${provider} ${end} ${retryInMs}`);
  }
  for (const { from, to, reason } of fallbacks) lines.push(`fallback ${from} ${to} ${reason}`);
  if (usage && answeredBy) lines.push(`tokens ${answeredBy.provider} ${usage.source}`);
  if (times.admittedMs === undefined) lines.push(`refused ${outcome}`);
  return lines;
}

/** The texts of the deltas, as one. */
export function textOf(events: readonly ExchangeEvent[]): string {
  return events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
}

/** A meter that notes what it is told: what is settled, and how often the rest is released. */
export function notingMeter() {
  const settled: SettleFacts[] = [];
  const released = { times: 0 };
  const meter: Meter = {
    async reserve(request) {
      const reservation = await freeMeter.reserve(request);
      return {
        ...reservation,
        settle(facts) {
          settled.push(facts);
          return reservation.settle(facts);
        },
        release() {
          released.times += 1;
        },
      };
    },
  };
  return { meter, settled, released };
}
