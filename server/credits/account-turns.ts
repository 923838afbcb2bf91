/** Runs tasks of one account one after the other, and those of different accounts at once. */
export class AccountTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether a task of this account is running or waiting. */
  isTaken(account: string): boolean {
    return this.#last.has(account);
  }

  run<Result>(account: string, task: () => Promise<Result>): Promise<Result> {
    const done = (this.#last.get(account) ?? Promise.resolve()).then(task);
    const ended = () => {
      if (this.#last.get(account) === last) this.#last.delete(account);
    };
    const last = done.then(ended, ended);
    this.#last.set(account, last);
    return done;
  }
}
