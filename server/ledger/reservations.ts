/**
 * Credits that are set aside for calls in progress. They are in memory only: a crash forgets them, which
 * gives them back.
 */
export class Reservations {
  readonly #amounts = new Map<string, number>();
  #open = 0;

  /** How many are open. */
  get count(): number {
    return this.#open;
  }

  /** What is set aside of an account. */
  of(account: string): number {
    return this.#amounts.get(account) ?? 0;
  }

  take(account: string, amount: number): Reserved {
    this.#add(account, amount);
    this.#open += 1;
    let isOpen = true;
    const release = () => {
      if (!isOpen) return;
      isOpen = false;
      this.#open -= 1;
      this.#add(account, -amount);
    };
    return { account, amount, release };
  }

  #add(account: string, amount: number): void {
    const sum = this.of(account) + amount;
    if (sum === 0) this.#amounts.delete(account);
    else this.#amounts.set(account, sum);
  }
}

export interface Reserved {
  readonly account: string;
  readonly amount: number;
  /** Gives it back; a charge has done so already. */
  release(): void;
}
