import { HiloError } from '../../shared/errors.ts';

/** How many things of one kind a person may have under way at once, over all their connections. */
export class PersonalLimit {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Returns a function that ends it; call that once. Throws `too_many_pending`. */
  enter(owner: string): () => void {
    const count = this.#counts.get(owner) ?? 0;
    if (count >= this.#max) throw new HiloError('too_many_pending', { values: { max: this.#max } });
    this.#counts.set(owner, count + 1);
    return () => {
      const left = (this.#counts.get(owner) ?? 1) - 1;
      if (left === 0) this.#counts.delete(owner);
      else this.#counts.set(owner, left);
    };
  }
}
