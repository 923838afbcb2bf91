import type { AbortSource } from '../support/lazy-abort.ts';

/** Passes the abort of a signal on to what is under way, while it is. */
export class Cancellation {
  readonly #signal: AbortSource;
  readonly #target: { cancel(): void };

  constructor(signal: AbortSource, target: { cancel(): void }) {
    this.#signal = signal;
    this.#target = target;
  }

  /** Cancels at once when the signal was aborted before. */
  attach(): void {
    if (this.#signal.aborted) return this.#target.cancel();
    this.#signal.addEventListener('abort', this);
  }

  /** Must follow `attach`: the signal may live longer than the exchange. */
  detach(): void {
    this.#signal.removeEventListener('abort', this);
  }

  /** The listener interface of EventTarget; it spares a closure for each exchange. */
  handleEvent(): void {
    this.#target.cancel();
  }
}
