/**
 * Summarises a text of any length through the exchange pipeline: one call for each part, one for the whole.
 * It is one message for the rate window, and every call is charged by itself, also before a cancel.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { SummaryLength } from '../../shared/operations/summary-shapes.ts';
import type {
  CompletionTask,
  Exchange,
  ExchangeBasics,
  ExchangeResult,
  ExchangeSink,
} from '../chat/exchange.ts';
import { keptNowhere } from '../chat/kept-nowhere.ts';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import type { TaskOutlook } from '../chat/task-outlook.ts';
import { weightOf } from '../chat/task-prompt.ts';
import { METER_LIMITS } from '../credits/ledger-meter.ts';
import type { Balance } from '../credits/wallets.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import { SUMMARY_RUN_LIMITS } from './limits.ts';
import { summaryPlan, type SummaryPlan } from './summary-plan.ts';
import { summaryPrompt, type SummaryStep } from './summary-prompts.ts';
import { fittingStart } from './text-parts.ts';

export interface SummariserRequest extends Pick<
  ExchangeBasics,
  'owner' | 'payer' | 'trace' | 'clientRequestId' | 'locale' | 'route' | 'access' | 'stop'
> {
  readonly signal: AbortSignal;
  readonly text: string;
  readonly length: SummaryLength;
  readonly style: string | undefined;
  /** It is refused when it could cost more. */
  readonly creditsMax: number | undefined;
  /** Of the account that pays. */
  readonly balance: () => Promise<Payable>;
}

/** Where it stands. The sink of the deltas may make the model wait. */
export interface SummariserEvents {
  started(plan: SummaryPlan, route: { readonly id: string; readonly model: string }): void;
  progress(done: number, calls: number, charged: number): void;
  delta(text: string): void;
  ready(): Promise<void> | undefined;
}

export interface SummaryResult {
  readonly text: string;
  readonly parts: number;
  readonly route: string;
  readonly model: string;
  readonly provider?: string | undefined;
  readonly usage: ExchangeResult['usage'];
  readonly charged: number;
  readonly balance: number;
  readonly receipts: readonly SummaryReceipt[];
}

export interface SummaryReceipt {
  readonly index: number;
  readonly promptSalt: string;
  readonly answerSalt: string;
}

/** One call of a model. A name stands for the same call whenever the same plan is carried out. */
export interface SummaryCall {
  readonly name: string;
  readonly task: CompletionTask;
  readonly signal: AbortSignal;
}

export type CallResult = Pick<ExchangeResult, 'model' | 'route' | 'text' | 'usage'> & {
  readonly provider?: string;
  readonly credits: Pick<ExchangeResult['credits'], 'balance' | 'charged'>;
  readonly receipt: SummaryReceipt;
};

/** How a plan is carried out. */
export interface SummaryRunRequest extends Pick<SummariserRequest, 'length' | 'signal' | 'style'> {
  readonly plan: SummaryPlan;
  /** Parts at once. */
  readonly parallel: number;
  readonly ask: (call: SummaryCall, sink: ExchangeSink) => Promise<CallResult>;
}

type Payable = Pick<Balance, 'available' | 'held' | 'gift'>;
type Pipeline = Exchange & Pick<ExchangePipeline, 'outlook'>;

/**
 * Rejects with what an exchange does, and `document_too_large`, `too_expensive`, `estimate_exceeded`. What
 * the account cannot pay to the end, even if every answer is short, is refused before anything is charged.
 */
export async function summarise(
  exchange: Pipeline,
  request: SummariserRequest,
  events: SummariserEvents,
): Promise<SummaryResult> {
  const { plan, outlook } = planSummary(exchange, request);
  requirePayable(plan, await request.balance());
  events.started(plan, outlook.route);
  const { parallelMax: parallel } = SUMMARY_RUN_LIMITS;
  const ask = asking(exchange, { ...request, route: outlook.route.id }, plan);
  return runSummary({ ...request, plan, parallel, ask }, events);
}

/** What it needs. Throws `document_too_large`, `too_expensive`, and what an exchange would. */
export function planSummary(
  exchange: Pick<Pipeline, 'outlook'>,
  request: Pick<SummariserRequest, 'access' | 'creditsMax' | 'length' | 'locale' | 'route' | 'text'>,
): { readonly plan: SummaryPlan; readonly outlook: TaskOutlook } {
  const { text, length, route, access, locale, creditsMax: max } = request;
  const outlook = exchange.outlook({ route, access, locale, task: taskOf([], undefined) });
  const plan = summaryPlan(text, length, outlook);
  if (!plan) {
    const detail = TOO_LONG[locale];
    throw new HiloError('document_too_large', { values: { because: 'text', detail } });
  }
  if (max !== undefined && plan.creditsMax > max) {
    throw new HiloError('too_expensive', { values: { need: plan.creditsMax, max } });
  }
  return { plan, outlook };
}

/** Carries out what was planned. */
export function runSummary(
  request: SummaryRunRequest,
  events: Omit<SummariserEvents, 'started'>,
): Promise<SummaryResult> {
  return new SummaryRun(request, events).toItsEnd();
}

/** What other answers hold may come back, and the gift of a guest comes as it is used. */
function requirePayable({ creditsMin: need }: SummaryPlan, balance: Payable): void {
  const { held } = balance;
  const payable = balance.available + balance.gift;
  if (payable >= need) return;
  if (payable + held < need) {
    throw new HiloError('insufficient_credits', { values: { balance: payable, need } });
  }
  const retryAfterMs = METER_LIMITS.heldRetryMs;
  throw new HiloError('credits_held', { values: { balance: payable, held, need }, retryAfterMs });
}

const TOO_LONG = {
  en: 'it has too many parts for the context of this model',
  es: 'tiene demasiadas partes para el contexto de este modelo',
} as const;

/**
 * Asks a model, and pays from the account. What was announced holds even if the estimates of the model change
 * meanwhile. A call is charged much less than what is set aside for it, so this hardly ever ends a summary.
 */
function asking(exchange: Pipeline, request: SummariserRequest, plan: SummaryPlan): SummaryRunRequest['ask'] {
  const { owner, payer, trace, clientRequestId, locale, route, access, stop } = request;
  /** Charged, and what running calls may still be charged. */
  let committed = 0;
  return async ({ task, signal }, sink) => {
    const outlook = exchange.outlook({ route, access, locale, task });
    const creditsMax = outlook.creditsMax(weightOf(task), task.maxOutputTokens ?? 0);
    if (committed + creditsMax > plan.creditsMax) {
      throw new HiloError('estimate_exceeded', { values: { max: plan.creditsMax } });
    }
    committed += creditsMax;
    try {
      const said = { text: committedText(task), task, route, access, locale };
      const who = { owner, payer, trace, clientRequestId, signal, stop };
      const how = { service: 'summarize', placement: keptNowhere(owner), hasPlace: true } as const;
      const result = await exchange({ ...said, ...who, ...how }, sink);
      committed += result.credits.charged;
      return result;
    } finally {
      committed -= creditsMax;
    }
  };
}

/** What the ledger commits to. */
export function committedText({ messages }: CompletionTask): string {
  return JSON.stringify({ messages });
}

class SummaryRun {
  readonly #request: SummaryRunRequest;
  readonly #events: Omit<SummariserEvents, 'started'>;
  readonly #results: CallResult[] = [];

  constructor(request: SummaryRunRequest, events: Omit<SummariserEvents, 'started'>) {
    this.#request = request;
    this.#events = events;
  }

  async toItsEnd(): Promise<SummaryResult> {
    const { parts } = this.#request.plan;
    const { length, style } = this.#request;
    let text = parts[0] ?? '';
    if (parts.length > 1) {
      const steps = parts.map((part, index): NamedStep => {
        const number = index + 1;
        return { name: `part ${number}`, step: { kind: 'part', number, of: parts.length }, text: part };
      });
      text = await this.#together(await this.#answers(steps));
    }
    const step = { kind: 'whole', length, style } as const;
    const whole = await this.#call({ name: 'whole', step, text }, this.#request.signal);
    return this.#resultOf(whole);
  }

  /** Until the answers fit into one prompt; never in more calls than were planned. */
  async #together(answers: readonly string[]): Promise<string> {
    const { wholeText, partText } = this.#request.plan.sizes;
    let left = answers;
    for (let round = 1; !fits(left, wholeText); round += 1) {
      const groups = grouped(left, partText);
      left = await this.#answers(
        groups.map((group, index): NamedStep => {
          const name = `group ${round}.${index + 1}`;
          return { name, step: { kind: 'group' }, text: group.join(JOINT) };
        }),
      );
    }
    return left.join(JOINT);
  }

  /** A few at once. After a failure the others are cancelled, and waited for: they are charged too. */
  async #answers(steps: readonly NamedStep[]): Promise<string[]> {
    const { plan, parallel } = this.#request;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#request.signal, stop.signal]);
    const answers: string[] = [];
    const failures: HiloError[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < steps.length && failures.length === 0; index = next++) {
        const step = steps[index];
        if (!step) return;
        try {
          const answer = await this.#tryAgain(step, signal);
          answers[index] = fittingStart(answer.text.trim(), plan.sizes.partAnswer);
        } catch (thrown) {
          failures.push(toHiloError(thrown));
          stop.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    const [failure] = failures;
    if (failure) throw failure;
    return answers;
  }

  /** A call that failed is free, so that another one breaks no bound. */
  async #tryAgain(step: NamedStep, signal: AbortSignal): Promise<CallResult> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#call(step, signal);
      } catch (thrown) {
        const { key } = toHiloError(thrown);
        if (tries === SUMMARY_RUN_LIMITS.triesMax || !PASSING.has(key)) throw thrown;
      }
    }
  }

  async #call({ name, step, text }: NamedStep, signal: AbortSignal): Promise<CallResult> {
    const { ask, plan } = this.#request;
    const { wholeOutput, partOutput } = plan.sizes;
    const isWhole = step.kind === 'whole';
    const task = taskOf(summaryPrompt(step, text), isWhole ? wholeOutput : partOutput);
    const result = await ask({ name, task, signal }, this.#sink(isWhole));
    this.#results.push(result);
    this.#events.progress(this.#results.length, plan.calls, this.#charged());
    return result;
  }

  /** Only the summary of the whole is shown as it comes. */
  #sink(isWhole: boolean): ExchangeSink {
    const events = this.#events;
    return {
      event(event) {
        if (isWhole && event.type === 'delta') events.delta(event.text);
      },
      ready: () => (isWhole ? events.ready() : undefined),
    };
  }

  #charged(): number {
    return this.#results.reduce((sum, { credits }) => sum + credits.charged, 0);
  }

  #resultOf(whole: CallResult): SummaryResult {
    const results = this.#results;
    const sum = (count: (result: CallResult) => number) =>
      results.reduce((total, result) => total + count(result), 0);
    return {
      text: whole.text,
      parts: this.#request.plan.parts.length,
      route: whole.route,
      model: whole.model,
      provider: whole.provider,
      usage: {
        inputTokens: sum(({ usage }) => usage.inputTokens),
        outputTokens: sum(({ usage }) => usage.outputTokens),
        source: results.every(({ usage }) => usage.source === 'reported') ? 'reported' : 'estimated',
      },
      charged: this.#charged(),
      balance: whole.credits.balance,
      receipts: results.map(({ receipt: { index, promptSalt, answerSalt } }) => {
        return { index, promptSalt, answerSalt };
      }),
    };
  }
}

interface NamedStep {
  readonly name: string;
  readonly step: SummaryStep;
  readonly text: string;
}

const JOINT = '\n\n';
const JOINT_TOKENS = 2;

/** For a part: whoever waits for the whole does not see that one was made again. */
const PASSING: ReadonlySet<string> = new Set(['upstream_failed', 'upstream_timeout', 'empty_answer']);

function taskOf(messages: CompletionTask['messages'], maxOutputTokens: number | undefined): CompletionTask {
  return { kind: 'completion', messages, options: {}, maxOutputTokens, needsModel: true };
}

function fits(texts: readonly string[], tokensMax: number): boolean {
  return texts.reduce((sum, text) => sum + rawTokens(text) + JOINT_TOKENS, 0) <= tokensMax;
}

/** As many in each as fit, two at least. */
function grouped(texts: readonly string[], tokensMax: number): string[][] {
  const groups: string[][] = [];
  let tokens = 0;
  for (const text of texts) {
    const more = rawTokens(text) + JOINT_TOKENS;
    const group = groups.at(-1);
    if (group && (tokens + more <= tokensMax || group.length < 2)) {
      group.push(text);
      tokens += more;
    } else {
      groups.push([text]);
      tokens = more;
    }
  }
  return groups;
}
