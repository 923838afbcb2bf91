/** Looks at one upstream again and again: whether it answers, and which models it has. */
import type { Clock } from '../../shared/clock.ts';
import { MODEL_LIMITS } from './limits.ts';
import { LlmError, type LlmErrorKind, type ModelClient, type ModelListing } from './model-client.ts';

export interface UpstreamProbeOptions {
  readonly client: Pick<ModelClient, 'models'>;
  readonly clock: Clock;
  /** Each time it has answered; `wasDown` when it had not before. */
  readonly onAnswer: (wasDown: boolean) => void;
  /** It has stopped answering. */
  readonly onDown: () => void;
}

/** With these failures a call would fail too. Other failures concern the list alone. */
const DOWN: ReadonlySet<LlmErrorKind> = new Set(['unreachable', 'busy', 'server_error', 'aborted']);

/**
 * One request at a time, at intervals, and at once when a call has found the upstream unreachable. The
 * upstream counts as down until its first answer, and after two probes without one; such a call counts as a
 * probe without an answer.
 */
export class UpstreamProbe {
  readonly #options: UpstreamProbeOptions;
  readonly #closing = new AbortController();
  #models: readonly ModelListing[] | undefined;
  #isUp = false;
  #missed: number = MODEL_LIMITS.missedProbesMax;
  #running: Promise<void> | undefined;
  #cancelTimer: () => void = () => {};

  constructor(options: UpstreamProbeOptions) {
    this.#options = options;
  }

  /** Resolves after the first probe; the others follow at intervals. */
  start(): Promise<void> {
    return this.#probe();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Undefined until it has listed them once; while it is down, what it listed before. */
  get models(): readonly ModelListing[] | undefined {
    return this.#models;
  }

  /** A call found the upstream unreachable: the probe that follows at once decides. */
  unreachable(): void {
    if (!this.#isUp || this.#closing.signal.aborted) return;
    this.#missed = Math.max(this.#missed, MODEL_LIMITS.missedProbesMax - 1);
    void this.#probe();
  }

  close(): void {
    this.#closing.abort();
    this.#cancelTimer();
  }

  #probe(): Promise<void> {
    this.#cancelTimer();
    return (this.#running ??= this.#look().finally(() => (this.#running = undefined)));
  }

  async #look(): Promise<void> {
    const models = await this.#ask();
    if (this.#closing.signal.aborted) return;
    const { clock, onAnswer, onDown } = this.#options;
    const wasUp = this.#isUp;
    const isThere = models !== 'down';
    this.#missed = isThere ? 0 : this.#missed + 1;
    this.#isUp = isThere || (wasUp && this.#missed < MODEL_LIMITS.missedProbesMax);
    if (isThere) this.#models = models?.slice(0, MODEL_LIMITS.listedModelsMax) ?? this.#models;
    const { probeIntervalMs, probeIntervalDownMs } = MODEL_LIMITS;
    const pauseMs = this.#isUp ? probeIntervalMs : probeIntervalDownMs;
    this.#cancelTimer = clock.after(pauseMs, () => void this.#probe());
    if (isThere) onAnswer(!wasUp);
    else if (wasUp && !this.#isUp) onDown();
  }

  /** Undefined when it answers and does not say what it has. */
  async #ask(): Promise<readonly ModelListing[] | undefined | 'down'> {
    const { client, clock } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(MODEL_LIMITS.probeTimeoutMs, () => late.abort());
    try {
      return await client.models(AbortSignal.any([late.signal, this.#closing.signal]));
    } catch (thrown) {
      // A fault in the client is no reason to give up its upstream: the calls will show.
      return thrown instanceof LlmError && DOWN.has(thrown.kind) ? 'down' : undefined;
    } finally {
      cancel();
    }
  }
}
