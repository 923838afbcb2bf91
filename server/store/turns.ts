/** Takes turns at something that only one may use at a time; first come, first served. */
export class Turns {
  #last: Promise<void> | undefined;

  /** Resolves when it is the caller's turn, with the function that ends it. */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return () => {
      if (this.#last === promise) this.#last = undefined;
      resolve();
    };
  }

  /** For what disturbs no other but those who have a turn: resolves when nobody has one. */
  async untilFree(): Promise<void> {
    while (this.#last) await this.#last;
  }

  /** Whether somebody has a turn or waits for one. */
  get areTaken(): boolean {
    return this.#last !== undefined;
  }
}
