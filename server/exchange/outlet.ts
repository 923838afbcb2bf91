import type { Clock } from '../../shared/clock.ts';
import type { HiloError } from '../../shared/errors.ts';
import type { ExchangeEvent } from './exchange.ts';
import { DeltaJoiner } from './join-deltas.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

/**
 * Between a call, which produces events at the model's pace, and a consumer, which takes them at its own. Order is
 * kept, an error comes after the text that came before it, and the read-ahead is bounded by `full` and `room`.
 */
export class Outlet {
  readonly #clock: Clock;
  readonly #deltas: DeltaJoiner;
  #position: number | undefined;
  readonly #started: ExchangeEvent[] = [];
  #ended = false;
  #error: HiloError | undefined;
  #wakeConsumer: (() => void) | undefined;
  #wakeProducer: (() => void) | undefined;
  #waitsSinceMs: number | undefined;
  #busySinceMs: number;
  #busyMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#deltas = new DeltaJoiner(clock, () => this.#wake());
    this.#busySinceMs = clock.monotonic();
  }

  /** Since when the consumer has waited for an event; undefined while it is busy with an earlier one. */
  get waitsSinceMs(): number | undefined {
    return this.#waitsSinceMs;
  }

  /** How long in all the consumer was busy elsewhere, up to its last return to waiting. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** The consumer lags so far behind that the producer should await `room` before it reads on. */
  get full(): boolean {
    return this.#deltas.length >= EXCHANGE_LIMITS.readAheadLength && !this.#ended;
  }

  /** An earlier position that was not taken yet is replaced. */
  position(position: number): void {
    this.#position = position;
    this.#wake();
  }

  started(model: string, degraded: boolean): void {
    this.#position = undefined;
    this.#started.push({ type: 'started', model, degraded });
    this.#wake();
  }

  delta(text: string): void {
    this.#deltas.push(text);
  }

  /** Without an error the call has succeeded. Only the first end counts. */
  end(error?: HiloError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#position = undefined;
    this.#deltas.finish();
    this.#wakeProducer?.();
  }

  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeProducer = resolve;
    });
  }

  /** The next event, if there is one now. Throws the error once everything before it was taken. */
  take(): ExchangeEvent | undefined {
    const started = this.#started.shift();
    if (started) return started;
    const text = this.#deltas.take();
    if (text !== undefined) {
      if (this.#wakeProducer && !this.full) this.#wakeProducer();
      return { type: 'delta', text };
    }
    if (this.#position !== undefined) {
      const position = this.#position;
      this.#position = undefined;
      return { type: 'queued', position };
    }
    if (this.#error) throw this.#error;
    return undefined;
  }

  /** Whether nothing more will come; `take` may still have what came before. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when `take` or `ended` may have something new. */
  async ready(): Promise<void> {
    const nowMs = this.#clock.monotonic();
    this.#busyMs += nowMs - this.#busySinceMs;
    this.#waitsSinceMs = nowMs;
    await new Promise<void>((resolve) => {
      this.#wakeConsumer = resolve;
    });
    this.#wakeConsumer = undefined;
    this.#waitsSinceMs = undefined;
    this.#busySinceMs = this.#clock.monotonic();
  }

  #wake(): void {
    this.#wakeConsumer?.();
  }
}
