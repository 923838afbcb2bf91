/**
 * Joins the two ways by which a consumer ends an exchange, its signal and `return()`, into one: `cancel` of
 * whatever is under way.
 */
export class Cancellation {
  readonly #signal: AbortSignal;
  #requested = false;
  #target: { cancel(): void } | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get requested(): boolean {
    return this.#requested || this.#signal.aborted;
  }

  /** From now on a cancel goes to `target`, at once if it was requested before. */
  attach(target: { cancel(): void }): void {
    this.#target = target;
    if (this.requested) return target.cancel();
    this.#signal.addEventListener('abort', this);
  }

  /** Must follow `attach`: the signal may live longer than the exchange. */
  detach(): void {
    this.#target = undefined;
    this.#signal.removeEventListener('abort', this);
  }

  cancel(): void {
    this.#requested = true;
    this.#target?.cancel();
  }

  /** The listener interface of EventTarget; it spares a closure for each exchange. */
  handleEvent(): void {
    this.cancel();
  }
}
