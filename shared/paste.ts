/** Several lines that are one text: a line with a single "." ends them. [T-4] */
import type { LineFault } from './line-splitter.ts';

const END = '.';
/** How to write that line within the text. */
const ESCAPED_END = '..';

export type PasteEnd = { readonly text: string } | { readonly fault: LineFault };

export class Paste {
  readonly #charactersMax: number;
  #lines: string[] = [];
  #characters = 0;
  #fault: LineFault | undefined;

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  /** Undefined until the line that ends it. A text that is not whole is a fault then. */
  add(line: string): PasteEnd | undefined {
    if (line === END) return this.#fault ? { fault: this.#fault } : { text: this.#lines.join('\n') };
    this.#characters += line.length + 1;
    if (this.#characters > this.#charactersMax) this.lose('line_too_long');
    else if (!this.#fault) this.#lines.push(line === ESCAPED_END ? END : line);
    return undefined;
  }

  /** A line of it did not arrive. */
  lose(fault: LineFault): void {
    this.#fault ??= fault;
    this.#lines = [];
  }
}
