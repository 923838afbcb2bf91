/** Writes for a terminal: everything is made safe, and lines never run into a streamed answer. [P-7] */
import { errorText, type HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { undecidedEnd, withoutReservedLines } from '../../shared/reserved-lines.ts';
import { safeLine, safeText } from '../../shared/text-safety.ts';
import type { Outbox } from './outbox.ts';

export class TextWriter {
  readonly #outbox: Pick<Outbox, 'write'>;
  #isAtLineStart = true;
  /** The end of an answer's output, at the start of a line, while it could become a line of the server. */
  #held = '';

  constructor(outbox: Pick<Outbox, 'write'>) {
    this.#outbox = outbox;
  }

  /** Separate whole lines; line feeds within the text stay. */
  lines(text: string): void {
    this.#outbox.write(`${this.#freshLine()}${safeText(text)}\n`);
    this.#isAtLineStart = true;
  }

  /** Only between answers: within one it would become part of it. */
  blankLine(): void {
    if (this.#isAtLineStart && this.#held === '') this.#outbox.write('\n');
  }

  /** A part of a running answer. Its lines never begin like those of the server. [T-3] */
  chunk(text: string): void {
    const safe = this.#held + safeText(text);
    if (safe === '') return;
    this.#held = undecidedEnd(safe, this.#isAtLineStart);
    const decided = safe.slice(0, safe.length - this.#held.length);
    if (decided === '') return;
    this.#outbox.write(withoutReservedLines(decided, this.#isAtLineStart));
    this.#isAtLineStart = decided.endsWith('\n');
  }

  fail(command: string, error: HiloError, locale: Locale, trace?: string): void {
    this.#outbox.write(this.failLine(command, error, locale, trace));
    this.#isAtLineStart = true;
  }

  /** `FAIL <command> <key>: text [trace]`, in the manner of IRCv3 standard replies. [T-5] */
  failLine(command: string, error: HiloError, locale: Locale, trace?: string): string {
    const text = safeLine(errorText(error.key, locale, error.values));
    const mark = trace === undefined ? '' : ` [${trace}]`;
    return `${this.#freshLine()}FAIL ${safeLine(command)} ${error.key}: ${text}${mark}\n`;
  }

  /** What ends the answer so far. */
  #freshLine(): string {
    const held = this.#held;
    this.#held = '';
    return this.#isAtLineStart && held === '' ? '' : `${held}\n`;
  }
}
