import { hashBytes } from './tree-hash.ts';

/** A growing list of hashes in one piece of memory: 32 bytes a hash instead of an object each. */
export class HashList {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 16) {
    this.#bytes = Buffer.alloc(capacity * hashBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** The memory behind the list; it is replaced when the list grows, so it must not be kept. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  pushBinary(hash: string): void {
    const offset = this.reserve();
    this.#bytes.write(hash, offset, hashBytes, 'latin1');
  }

  push(hash: Uint8Array): void {
    const offset = this.reserve();
    this.#bytes.set(hash, offset);
  }

  /** Adds an uninitialised hash and returns its byte offset. */
  reserve(): number {
    const offset = this.#length * hashBytes;
    if (offset === this.#bytes.length) {
      const grown = Buffer.alloc(this.#bytes.length * 2);
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
    this.#length += 1;
    return offset;
  }

  /** A copy of the hash at `index`. */
  at(index: number): Uint8Array {
    if (index < 0 || index >= this.#length)
      throw new RangeError(`No hash ${index} in a list of ${this.#length}`);
    return Buffer.from(this.#bytes.subarray(index * hashBytes, (index + 1) * hashBytes));
  }

  /** A copy of all hashes. */
  joined(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length * hashBytes));
  }
}
