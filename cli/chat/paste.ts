/** Several lines that are one message: as on the text port, a single "." ends them. [T-4] */

const END = '.';
/** How to write that line within a message. */
const ESCAPED_END = '..';

export class Paste {
  readonly #lines: string[] = [];

  /** The whole text when the line ends it. */
  add(line: string): string | undefined {
    if (line === END) return this.#lines.join('\n');
    this.#lines.push(line === ESCAPED_END ? END : line);
    return undefined;
  }
}
