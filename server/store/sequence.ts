/**
 * Numbers that never repeat, also after a crash. Blocks of them are reserved durably ahead, so that a number
 * is there at once; a crash loses the rest of a block, a clean end gives it back.
 */
import type { Store } from './store.ts';

export const SEQUENCE_LIMITS = { block: 10_000 } as const;

export interface Sequence {
  /** The next number, 1 or greater. Throws when a whole block was taken before the next was reserved. */
  next(): number;
  /** Gives back what was not handed out. */
  close(): Promise<void>;
}

interface Block {
  next: number;
  readonly end: number;
}

export async function openSequence(store: Store, name: string): Promise<Sequence> {
  return new BlockSequence(store, name, await reserve(store, name));
}

class BlockSequence implements Sequence {
  readonly #store: Store;
  readonly #name: string;
  #block: Block;
  #following: Block | undefined;
  #reserving: Promise<void> | undefined;
  #fault: unknown;

  constructor(store: Store, name: string, block: Block) {
    this.#store = store;
    this.#name = name;
    this.#block = block;
  }

  next(): number {
    if (this.#block.next === this.#block.end) {
      if (!this.#following) {
        this.#reserve();
        throw new Error(`No numbers are left in the sequence ${this.#name}`, { cause: this.#fault });
      }
      this.#block = this.#following;
      this.#following = undefined;
    }
    const number = this.#block.next++;
    if (!this.#following && this.#block.end - number <= SEQUENCE_LIMITS.block / 2) this.#reserve();
    return number;
  }

  async close(): Promise<void> {
    await this.#reserving;
    const { next, end } = this.#rest();
    const free = this.#store.db
      .updateTable('sequences')
      .set({ next })
      // Another server may have reserved the block after ours.
      .where('name', '=', this.#name)
      .where('next', '=', end);
    await this.#store.write([free.compile()]);
  }

  /** What is left of both blocks when one follows the other, and else of the later one. */
  #rest(): Block {
    const following = this.#following;
    if (!following) return this.#block;
    return following.next === this.#block.end ? { next: this.#block.next, end: following.end } : following;
  }

  #reserve(): void {
    this.#reserving ??= reserve(this.#store, this.#name)
      .then(
        (block) => {
          this.#following = block;
        },
        (error: unknown) => {
          this.#fault = error; // Told when the numbers run out; the next number tries again.
        },
      )
      .finally(() => (this.#reserving = undefined));
  }
}

async function reserve({ db }: Store, name: string): Promise<Block> {
  const { block } = SEQUENCE_LIMITS;
  const { next } = await db
    .insertInto('sequences')
    .values({ name, next: 1 + block })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((all) => ({ next: all.eb(all.ref('sequences.next'), '+', block) })),
    )
    .returning('next')
    .executeTakeFirstOrThrow();
  return { next: next - block, end: next };
}
