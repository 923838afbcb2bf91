import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type CircuitBreakerPolicy,
  type GeneratorFn,
  type IBackoff,
} from 'cockatiel';
import type { Clock } from '../../shared/clock.ts';
import { MODEL_LIMITS } from './limits.ts';
import { LlmError, type LlmErrorKind } from './model-client.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface RouteGuardOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxRetries: number;
  readonly backoffInitialMs: number;
  readonly onBreakerState: (state: BreakerState) => void;
  /** Whether the probes find the upstream unreachable. */
  readonly isDown: () => boolean;
  /** A call found the upstream unreachable. */
  readonly onUnreachable: () => void;
}

/**
 * These say nothing about the health of the route: `bad_request` is our fault or the user's, `aborted` the
 * user's wish, and `rate_limited` depends on how much was asked for: a smaller request may pass. Every other
 * failure counts towards opening the breaker.
 */
const UNCOUNTED: ReadonlySet<LlmErrorKind> = new Set(['bad_request', 'aborted', 'rate_limited']);

/**
 * Not worth a second try: it would fail in the same way, or (timeout) a person has waited long enough for
 * this route.
 */
const FINAL: ReadonlySet<LlmErrorKind> = new Set(['bad_request', 'aborted', 'timeout']);

/**
 * Whether, when and how often a route may be called. Each route has its own guard, so that a model that
 * cannot load closes only its own route.
 */
export class RouteGuard {
  readonly #options: RouteGuardOptions;
  readonly #failures = new FailureCount(MODEL_LIMITS.breakerFailures);
  readonly #breaker: CircuitBreakerPolicy;
  readonly #backoff: ExponentialBackoff<number>;
  #openUntilMs = -Infinity;
  #lastFailure: LlmErrorKind | undefined;

  constructor(options: RouteGuardOptions) {
    this.#options = options;
    this.#breaker = circuitBreaker(
      handleWhen((error) => this.#counts(error)),
      { breaker: this.#failures, halfOpenAfter: { next: ({ result }) => this.#breakTime(result) } },
    );
    this.#breaker.onStateChange((state) => options.onBreakerState(stateName(state)));
    this.#backoff = new ExponentialBackoff({
      generator: fullJitter(options.random),
      initialDelay: options.backoffInitialMs,
      maxDelay: MODEL_LIMITS.backoffMaxMs,
    });
  }

  get breaker(): BreakerState {
    return stateName(this.#breaker.state);
  }

  /**
   * Undefined when the route may be called, else in how many milliseconds it may be tried again. While a
   * trial call is under way the others are refused too: cockatiel alone would let them wait for its outcome.
   */
  refusedForMs(): number | undefined {
    if (this.#breaker.state === CircuitState.Closed) return undefined;
    const leftMs = this.#openUntilMs - this.#options.clock.monotonic();
    if (this.#breaker.state === CircuitState.Open) return leftMs > 0 ? leftMs : undefined;
    return MODEL_LIMITS.breakerTrialMs;
  }

  /** Runs the part of a call that ends with its first chunk, and counts its failure. */
  untilFirstChunk<T>(run: () => Promise<T>): Promise<T> {
    return this.#breaker.execute(run);
  }

  /** The whole answer came. A first chunk alone does not make up for earlier failures. */
  answered(): void {
    this.#failures.state = 0;
  }

  /** The call failed after its first chunk. */
  brokeOff(error: LlmError): void {
    if (this.#breaker.state === CircuitState.Closed) void this.#countFailure(error);
  }

  /**
   * The upstream has answered a probe. If the breaker is open because the upstream was unreachable, or if it
   * was down before, a trial call need not wait for the end of the minute.
   */
  upstreamAnswered(wasDown: boolean): void {
    if (!wasDown && this.#lastFailure !== 'unreachable') return;
    this.#openUntilMs = Math.min(this.#openUntilMs, this.#options.clock.monotonic());
  }

  /** How failures of one call are waited out; ask the result for the next by `retryDelay`. */
  retryDelays(): RetryDelays {
    return new RetryDelays(this.#backoff, this.#options);
  }

  async #countFailure(error: LlmError): Promise<void> {
    try {
      await this.#breaker.execute(() => {
        throw error;
      });
    } catch {
      // The failure is counted; the caller concerned has received it already.
    }
  }

  #counts(error: unknown): boolean {
    if (!(error instanceof LlmError)) return true;
    this.#lastFailure = error.kind;
    if (error.kind === 'unreachable') this.#options.onUnreachable();
    if (!UNCOUNTED.has(error.kind)) return true;
    // A cancelled trial call has proved nothing, so it must not close the breaker as a success would.
    return error.kind === 'aborted' && this.#breaker.state === CircuitState.HalfOpen;
  }

  #breakTime(result: object): IBackoff<unknown> {
    const cancelled =
      'error' in result && result.error instanceof LlmError && result.error.kind === 'aborted';
    const nowMs = this.#options.clock.monotonic();
    this.#openUntilMs = cancelled ? nowMs : nowMs + MODEL_LIMITS.breakerOpenMs;
    return this.#untilOpenEnds();
  }

  /**
   * Cockatiel compares durations with wall time; one that is endless and then none obeys our clock instead.
   */
  #untilOpenEnds(): IBackoff<unknown> {
    const over = () => this.#options.clock.monotonic() >= this.#openUntilMs;
    return {
      get duration() {
        return over() ? -Infinity : Infinity;
      },
      next: (context) => this.#breakTime((context as { result: object }).result),
    };
  }
}

/**
 * The pauses of one call. Cockatiel's own retry policy is not used: it sleeps on a timer that cannot be
 * cancelled, and the slot would have to stay taken meanwhile.
 */
export class RetryDelays {
  #backoff: ExponentialBackoff<number> | IBackoff<unknown>;
  readonly #isDown: () => boolean;
  #left: number;

  constructor(
    backoff: ExponentialBackoff<number>,
    { maxRetries, isDown }: Pick<RouteGuardOptions, 'maxRetries' | 'isDown'>,
  ) {
    this.#backoff = backoff;
    this.#isDown = isDown;
    this.#left = maxRetries;
  }

  /** How long to wait before the next try; undefined when there should be none. */
  after(failure: LlmError): number | undefined {
    if (this.#left === 0 || FINAL.has(failure.kind)) return undefined;
    // A waiting message would wait for the next probe; the next route can answer now.
    if (failure.kind === 'unreachable' && this.#isDown()) return undefined;
    const askedMs = failure.retryAfterMs ?? 0;
    if (askedMs > MODEL_LIMITS.retryAfterMaxMs) return undefined;
    this.#left--;
    const backoff = this.#backoff.next(undefined);
    this.#backoff = backoff;
    return Math.max(backoff.duration, askedMs);
  }
}

/**
 * Counts consecutive failures. In the closed state only `answered` resets it: a provider that begins every
 * answer and finishes none must open the breaker too.
 */
class FailureCount extends ConsecutiveBreaker {
  override success(state?: CircuitState): void {
    if (state === CircuitState.HalfOpen) super.success();
  }
}

/**
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ with randomness as an argument.
 */
function fullJitter(random: () => number): GeneratorFn<number> {
  return (state, options) => {
    const attempt = state ?? 0;
    const ceilingMs = Math.min(options.maxDelay, options.initialDelay * 2 ** attempt);
    return [Math.floor(random() * ceilingMs), attempt + 1];
  };
}

function stateName(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half_open' : 'open';
}
