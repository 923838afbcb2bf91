/** Work that may come a little later, a few milliseconds in each frame, oldest first. */
export interface LateWorkOptions {
  readonly requestFrame: (run: () => void) => void;
  readonly nowMs: () => number;
}

/** Leaves most of a frame of 16 ms to the browser, which lays out and paints what was done. */
export const FRAME_WORK_MS = 4;

export class LateWork {
  readonly #options: LateWorkOptions;
  readonly #steps: (() => void)[] = [];
  #next = 0;
  #scheduled = false;

  constructor(options: LateWorkOptions) {
    this.#options = options;
  }

  nowMs(): number {
    return this.#options.nowMs();
  }

  add(step: () => void): void {
    this.#steps.push(step);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.requestFrame(() => this.#run());
  }

  /** A step that takes longer than its share delays only those behind it. */
  #run(): void {
    const untilMs = this.#options.nowMs() + FRAME_WORK_MS;
    this.#scheduled = false;
    try {
      do {
        this.#steps[this.#next++]?.();
      } while (this.#next < this.#steps.length && this.#options.nowMs() < untilMs);
    } finally {
      if (this.#next < this.#steps.length) this.#schedule();
      else {
        this.#steps.length = 0;
        this.#next = 0;
      }
    }
  }
}
