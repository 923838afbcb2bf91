/**
 * As much of an `AbortSignal` as whoever only listens needs. The real one is costly, and most requests end
 * without anybody having looked at theirs.
 */
export interface AbortSource {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: AbortListener): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

/** The listener interface of EventTarget; it spares a closure for each listener. */
export interface AbortListener {
  handleEvent(): void;
}

/**
 * An abort that costs nothing until its signal is needed: its controller is made when `signal` is first read.
 */
export class LazyAbort implements AbortSource {
  #controller: AbortController | undefined;
  /** In the order in which they came. */
  #listeners: AbortListener[] | undefined;
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Of the first abort. */
  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  addEventListener(_type: 'abort', listener: AbortListener): void {
    if (!this.#listeners?.includes(listener)) (this.#listeners ??= []).push(listener);
  }

  removeEventListener(_type: 'abort', listener: AbortListener): void {
    const index = this.#listeners?.indexOf(listener) ?? -1;
    if (index >= 0) this.#listeners?.splice(index, 1);
  }

  /** Only the first abort counts. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners?.splice(0) ?? []) listener.handleEvent();
    this.#controller?.abort(reason);
  }
}
