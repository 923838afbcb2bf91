/** Characters from here on (emoji, most scripts) are not distinguished: they share one column. */
const CODES = 0x2_100;
const NO_OUTPUT = -1;

/**
 * Finds which of many literals a text contains, in one pass (Aho and Corasick, 1975). Each literal stands
 * for an owner: a small number, such as the index of the pattern that requires it. It never misses a literal;
 * with characters that are not told apart it may find one that is not there.
 */
export class Automaton {
  /** By character code: its column in the table; 0 for a character that no literal has. */
  readonly #columns = new Uint8Array(CODES + 1);
  #columnCount = 1;
  /** By state and column: the next state. */
  readonly #next: Uint16Array | Uint32Array;
  /** By state: where the owners found there begin in `#owners`, or NO_OUTPUT. */
  readonly #output: Int32Array;
  /** Lists of owners, each ended by -1. */
  readonly #owners: Int32Array;
  /** By owner: the pass over a text in which it was last found. */
  readonly #foundIn: Float64Array;
  #pass = 0;

  constructor(literals: readonly { readonly text: string; readonly owner: number }[], ownerCount: number) {
    this.#foundIn = new Float64Array(ownerCount);
    for (const { text } of literals) this.#addColumns(text);
    const trie = new Trie(this.#columnCount);
    for (const { text, owner } of literals) trie.add(this.#columnsOf(text), owner);
    const { next, outputs } = trie.completed();
    this.#next = next;
    this.#output = new Int32Array(outputs.length).fill(NO_OUTPUT);
    const lists: number[] = [];
    for (const [state, owners] of outputs.entries()) {
      if (owners === undefined) continue;
      this.#output[state] = lists.length;
      lists.push(...owners, -1);
    }
    this.#owners = Int32Array.from(lists);
  }

  /** The owners of the literals that the text contains, each once. */
  find(text: string): number[] {
    const found: number[] = [];
    this.#pass += 1;
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      const column = this.#columns[Math.min(text.charCodeAt(index), CODES)] ?? 0;
      state = column === 0 ? 0 : (this.#next[state * this.#columnCount + column] ?? 0);
      let at = this.#output[state] ?? NO_OUTPUT;
      if (at === NO_OUTPUT) continue;
      for (let owner = this.#owners[at] ?? -1; owner >= 0; owner = this.#owners[at] ?? -1) {
        if (this.#foundIn[owner] !== this.#pass) found.push(owner);
        this.#foundIn[owner] = this.#pass;
        at += 1;
      }
    }
    return found;
  }

  #addColumns(text: string): void {
    for (const code of codesOf(text)) {
      if (this.#columns[code] !== 0) continue;
      this.#columns[code] = this.#columnCount;
      this.#columnCount += 1;
    }
  }

  #columnsOf(text: string): number[] {
    return codesOf(text).map((code) => this.#columns[code] ?? 0);
  }
}

/** The literals as a tree of states, whose missing branches are then led to where the search goes on. */
class Trie {
  readonly #columnCount: number;
  /** By state and column: the state below; 0 for none. */
  #below: Int32Array;
  #stateCount = 1;
  readonly #outputs: (Set<number> | undefined)[] = [];

  constructor(columnCount: number) {
    this.#columnCount = columnCount;
    this.#below = new Int32Array(1_024 * columnCount);
  }

  add(columns: readonly number[], owner: number): void {
    let state = 0;
    for (const column of columns) {
      const at = state * this.#columnCount + column;
      state = this.#below[at] || this.#addState();
      this.#below[at] = state;
    }
    this.#outputs[state] = (this.#outputs[state] ?? new Set()).add(owner);
  }

  completed(): { next: Uint16Array | Uint32Array; outputs: readonly (ReadonlySet<number> | undefined)[] } {
    const size = this.#stateCount * this.#columnCount;
    const next = this.#stateCount <= 0xffff ? new Uint16Array(size) : new Uint32Array(size);
    const fallback = new Int32Array(this.#stateCount);
    // Breadth first: the state to fall back on is nearer to the root, so it is complete already.
    const queue = [0];
    for (const state of queue) {
      const from = state * this.#columnCount;
      const back = (fallback[state] ?? 0) * this.#columnCount;
      if (state > 0) next.copyWithin(from, back, back + this.#columnCount);
      for (let column = 1; column < this.#columnCount; column += 1) {
        const child = this.#below[from + column] ?? 0;
        if (child === 0) continue;
        const instead = next[from + column] ?? 0;
        next[from + column] = child;
        fallback[child] = instead;
        this.#addOutputs(child, this.#outputs[instead]);
        queue.push(child);
      }
    }
    return { next, outputs: Array.from({ length: this.#stateCount }, (_, state) => this.#outputs[state]) };
  }

  #addOutputs(state: number, more: ReadonlySet<number> | undefined): void {
    if (more === undefined) return;
    this.#outputs[state] = new Set([...(this.#outputs[state] ?? []), ...more]);
  }

  #addState(): number {
    const state = this.#stateCount;
    this.#stateCount += 1;
    if (this.#stateCount * this.#columnCount > this.#below.length) {
      const wider = new Int32Array(this.#below.length * 2);
      wider.set(this.#below);
      this.#below = wider;
    }
    return state;
  }
}

/** Indexes into the columns. */
function codesOf(text: string): number[] {
  const codes: number[] = [];
  for (let index = 0; index < text.length; index += 1) codes.push(Math.min(text.charCodeAt(index), CODES));
  return codes;
}
