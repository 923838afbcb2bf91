/**
 * Prevents writing exchanges of an account while everything of the account is erased: the ledger's entry says
 * that everything before it is gone, so no text may be written between the erasing and that entry.
 */
export class AccountGate {
  readonly #accounts = new Map<string, Users>();

  /** Any number of writes may run at once, but none while the account is erased. */
  async write<Result>(account: string, run: () => Promise<Result>): Promise<Result> {
    while (this.#accounts.get(account)?.erasing) await this.#accounts.get(account)?.erasing;
    const users = this.#users(account);
    users.writers += 1;
    try {
      return await run();
    } finally {
      users.writers -= 1;
      if (users.writers === 0) {
        users.onQuiet?.();
        this.#forget(account, users);
      }
    }
  }

  isErasing(account: string): boolean {
    return this.#accounts.get(account)?.erasing !== undefined;
  }

  /** Waits for the running writes; new ones wait until it has finished. */
  async erase<Result>(account: string, run: () => Promise<Result>): Promise<Result> {
    while (this.#accounts.get(account)?.erasing) await this.#accounts.get(account)?.erasing;
    const users = this.#users(account);
    const { promise, resolve } = Promise.withResolvers<void>();
    users.erasing = promise;
    try {
      if (users.writers > 0) await new Promise<void>((quiet) => (users.onQuiet = quiet));
      return await run();
    } finally {
      users.erasing = undefined;
      users.onQuiet = undefined;
      this.#forget(account, users);
      resolve();
    }
  }

  #users(account: string): Users {
    const known = this.#accounts.get(account);
    if (known) return known;
    const users: Users = { writers: 0, erasing: undefined, onQuiet: undefined };
    this.#accounts.set(account, users);
    return users;
  }

  #forget(account: string, users: Users): void {
    if (users.writers === 0 && !users.erasing) this.#accounts.delete(account);
  }
}

interface Users {
  writers: number;
  erasing: Promise<void> | undefined;
  onQuiet: (() => void) | undefined;
}
