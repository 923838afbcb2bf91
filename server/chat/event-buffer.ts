import type { Clock } from '../../shared/clock.ts';
import type { HiloError } from '../../shared/errors.ts';
import type { ExchangeEvent } from './exchange.ts';
import { DeltaJoiner } from './join-deltas.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

/**
 * Between a call, which produces events at the model's pace, and a consumer, which takes them at its own.
 * Order is kept, an error comes after the text that came before it, and the read-ahead is bounded by `full`
 * and `room`.
 */
export class EventBuffer {
  readonly #deltas: DeltaJoiner;
  #position: number | undefined;
  #started: ExchangeEvent | undefined;
  #ended = false;
  #error: HiloError | undefined;
  #wakeConsumer: (() => void) | undefined;
  #wakeProducer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#deltas = new DeltaJoiner(clock, () => this.#wake());
  }

  /** Whether the consumer has taken everything and waits for more, or is busy with what it took. */
  get consumerWaits(): boolean {
    return this.#wakeConsumer !== undefined;
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

  /** An earlier start that was not taken yet is replaced. */
  started(model: string, degraded: boolean): void {
    this.#position = undefined;
    this.#started = { type: 'started', model, degraded };
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
    if (this.#started) {
      const started = this.#started;
      this.#started = undefined;
      return started;
    }
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
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeConsumer = resolve;
    });
  }

  #wake(): void {
    this.#wakeConsumer?.();
    this.#wakeConsumer = undefined;
  }
}
