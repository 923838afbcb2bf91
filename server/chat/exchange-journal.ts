/** Collects what becomes the record of one exchange, while the exchange goes on. */
import type { Clock } from '../../shared/clock.ts';
import type { ErrorKey } from '../../shared/errors.ts';
import type { LlmError } from '../models/model-client.ts';
import type { Route } from '../models/route.ts';
import type { AttemptRecord, ExchangeRecord, FallbackRecord } from '../observability/exchange-record.ts';
import type { Settlement, TokenUsage } from '../credits/meter.ts';
import type { ExchangeRequest } from './exchange.ts';
import type { Outcome } from './settlement.ts';

interface OpenAttempt {
  readonly route: string;
  readonly provider: string;
  readonly model: string;
  readonly degraded: boolean;
  readonly startedAtMs: number;
  readonly spanId: string | undefined;
  firstTokenMs: number | undefined;
}

const NONE: readonly never[] = [];

const KINDS = { completion: 'chat', embeddings: 'embeddings', image: 'generate_content' } as const;

export class ExchangeJournal {
  readonly #clock: Clock;
  readonly #request: ExchangeRequest;
  readonly #arrivedAtMs: number;
  readonly #arrivedMs: number;
  #checkedMs: number | undefined;
  #admittedMs: number | undefined;
  #slotMs: number | undefined;
  #hadToWait = false;
  #firstTokenMs: number | undefined;
  #attempt: OpenAttempt | undefined;
  #attempts: AttemptRecord[] = [];
  #fallbacks: FallbackRecord[] | undefined;
  #deliveredMs: number | undefined;
  #messages = 0;
  #outcome: Outcome | undefined;
  #usage: TokenUsage | undefined;
  #charged = 0;
  #settled: ExchangeRecord['settled'];

  constructor(clock: Clock, request: ExchangeRequest) {
    this.#clock = clock;
    this.#request = request;
    this.#arrivedAtMs = clock.now();
    this.#arrivedMs = clock.monotonic();
  }

  /** The id of the route that was called last. */
  get currentRoute(): string | undefined {
    return this.#attempt?.route;
  }

  checked(): void {
    this.#checkedMs = this.#clock.monotonic();
  }

  admitted(messages: number): void {
    this.#messages = messages;
    this.#admittedMs = this.#clock.monotonic();
  }

  hadToWait(): void {
    this.#hadToWait = true;
  }

  /** Only the first slot counts. */
  gotSlot(): void {
    this.#slotMs ??= this.#clock.monotonic();
  }

  attemptStarted({ id, provider, model }: Route, degraded: boolean, spanId: string | undefined): void {
    const startedAtMs = this.#clock.monotonic();
    this.#attempt = { route: id, provider, model, degraded, startedAtMs, spanId, firstTokenMs: undefined };
  }

  firstToken(): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    const nowMs = this.#clock.monotonic();
    attempt.firstTokenMs = nowMs - attempt.startedAtMs;
    this.#firstTokenMs = nowMs - this.#arrivedMs;
  }

  attemptEnded(failure: LlmError | undefined): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    const { route, provider, model, startedAtMs, spanId, firstTokenMs } = attempt;
    this.#attempts.push({
      route,
      provider,
      model,
      outcome: failure?.kind ?? 'answered',
      startedMs: startedAtMs - this.#arrivedMs,
      durationMs: this.#clock.monotonic() - startedAtMs,
      firstTokenMs,
      failure: failure && { status: failure.status, diagnosis: failure.reason, message: failure.message },
      spanId,
      retryInMs: undefined,
    });
  }

  /** The last attempt is repeated after a pause. */
  retried(delayMs: number): void {
    const last = this.#attempts.pop();
    if (last) this.#attempts.push({ ...last, retryInMs: delayMs });
  }

  fellBack(from: string, to: string, reason: string): void {
    (this.#fallbacks ??= []).push({ from, to, reason });
  }

  /** `usage` is undefined when no model has worked. */
  delivered(outcome: Outcome, usage: TokenUsage | undefined): void {
    this.#outcome = outcome;
    this.#usage = usage;
    this.#deliveredMs = this.#clock.monotonic();
  }

  /** `settlement` is undefined when there was nothing to write down. A job has its entry when it ends. */
  ended(settlement: Pick<Settlement, 'charged'> | undefined): void {
    if (!settlement) return;
    this.#charged = settlement.charged;
    const isJob = this.#request.meter !== undefined;
    // A job that fails pays nothing, and is not entered.
    if (!isJob) this.#settled = 'now';
    else if (this.#outcome?.ending !== 'failed') this.#settled = 'later';
  }

  record(outcome: 'answered' | ErrorKey, finish: ExchangeRecord['finish']): ExchangeRecord {
    const { trace, clientRequestId, owner, payer, route, text, service, meter, task } = this.#request;
    const { text: answer = '', thinking = '' } = this.#outcome ?? {};
    return {
      trace,
      request: clientRequestId,
      owner,
      account: payer.account,
      service,
      isJob: meter !== undefined,
      settled: this.#settled,
      kind: KINDS[task?.kind ?? 'completion'],
      actor: payer.actor,
      team: payer.team?.id,
      wanted: route,
      outcome,
      finish,
      answeredBy: this.#answerer(),
      times: this.#times(),
      attempts: this.#attempts,
      fallbacks: this.#fallbacks ?? NONE,
      usage: this.#usage,
      charged: this.#charged,
      sizes: {
        promptCharacters: text.length,
        answerCharacters: answer.length,
        thinkingCharacters: thinking.length,
        bytesIn: Buffer.byteLength(text),
        bytesOut: Buffer.byteLength(answer),
        messages: this.#messages,
      },
    };
  }

  #answerer(): ExchangeRecord['answeredBy'] {
    if (!this.#attempt) return undefined;
    const { route, provider, model, degraded } = this.#attempt;
    return { route, provider, model, degraded };
  }

  #times(): ExchangeRecord['times'] {
    const admitted = this.#admittedMs;
    const since = (ms: number | undefined) => (ms === undefined ? undefined : ms - this.#arrivedMs);
    const slot = this.#slotMs;
    return {
      arrivedAtMs: this.#arrivedAtMs,
      checkedMs: since(this.#checkedMs),
      admittedMs: since(admitted),
      queuedMs: admitted === undefined || slot === undefined ? undefined : Math.max(0, slot - admitted),
      hadToWait: this.#hadToWait,
      firstTokenMs: this.#firstTokenMs,
      deliveredMs: since(this.#deliveredMs),
      totalMs: this.#clock.monotonic() - this.#arrivedMs,
    };
  }
}
