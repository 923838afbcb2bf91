/** What is wrong in the phrase files, each fault with its file and line, reported together. */
export class PhraseFaults {
  readonly #faults: string[] = [];

  add(path: string, line: number, what: string): void {
    this.#faults.push(`${path}:${line}: ${what}`);
  }

  /** Throws an Error that names every fault, if there is one. */
  throwIfAny(): void {
    if (this.#faults.length === 0) return;
    throw new Error(`Phrase files are not valid:\n${this.#faults.join('\n')}`);
  }
}
