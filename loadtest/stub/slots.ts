/** As many requests at once as OLLAMA_NUM_PARALLEL allows; others wait in order, up to OLLAMA_MAX_QUEUE. */
export class Slots {
  readonly #limits: () => { readonly parallel: number; readonly queueMax: number };
  readonly #onChange: (inFlight: number, queued: number) => void;
  readonly #waiting = new Set<() => void>();
  #inFlight = 0;

  constructor(
    limits: () => { readonly parallel: number; readonly queueMax: number },
    onChange: (inFlight: number, queued: number) => void,
  ) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /**
   * Calls `start` when there is room, at once if there is room now. Returns what gives the slot or the place
   * in the queue back, or `undefined` when the queue is full.
   */
  take(start: () => void): (() => void) | undefined {
    const { parallel, queueMax } = this.#limits();
    const wait = parallel > 0 && this.#inFlight >= parallel;
    if (wait && this.#waiting.size >= queueMax) return undefined;
    if (wait) {
      this.#waiting.add(start);
    } else {
      this.#inFlight += 1;
    }
    this.#changed();
    if (!wait) start();
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#giveBack(start);
    };
  }

  #giveBack(start: () => void): void {
    if (!this.#waiting.delete(start)) this.#inFlight -= 1;
    const { parallel } = this.#limits();
    for (const next of this.#waiting) {
      if (parallel > 0 && this.#inFlight >= parallel) break;
      this.#waiting.delete(next);
      this.#inFlight += 1;
      next();
    }
    this.#changed();
  }

  #changed(): void {
    this.#onChange(this.#inFlight, this.#waiting.size);
  }
}
