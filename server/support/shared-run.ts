/**
 * One run for everybody who asks before it begins; whoever asks while it runs gets the next one, so that a
 * run always covers what was there when it was asked for.
 */
export class SharedRun {
  readonly #run: () => Promise<void>;
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  /** Settles as the run does. */
  ask(): Promise<void> {
    if (this.#next) return this.#next;
    const next = this.#last.then(() => {
      this.#next = undefined;
      return this.#run();
    });
    this.#next = next;
    this.#last = next.catch(() => {}); // Whoever asked hears of it.
    return next;
  }
}
