/** Ctrl-C ends the run early, with a report; a second one ends it at once, and its children with it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interrupts {
  onFirst: () => void = () => undefined;
  isInterrupted = false;
  readonly #interrupt: () => void;

  /** `onSecond` ends everything without waiting. */
  constructor(onSecond: () => void) {
    this.#interrupt = () => {
      if (this.isInterrupted) return onSecond();
      this.isInterrupted = true;
      return this.onFirst();
    };
    for (const name of SIGNALS) process.on(name, this.#interrupt);
  }

  off(): void {
    for (const name of SIGNALS) process.off(name, this.#interrupt);
  }
}
