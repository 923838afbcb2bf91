/** Writes for a terminal: everything is made safe, and lines never run into a streamed answer. [P-7] */
import { errorText, type HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { safeLine, safeText } from '../../shared/text-safety.ts';
import type { Outbox } from './outbox.ts';

export class TextWriter {
  readonly #outbox: Outbox;
  #isAtLineStart = true;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Whole lines by themselves; line feeds within stay. */
  lines(text: string): void {
    this.#outbox.write(`${this.#freshLine()}${safeText(text)}\n`);
    this.#isAtLineStart = true;
  }

  /** Only between answers: within one it would become part of it. */
  blankLine(): void {
    if (this.#isAtLineStart) this.#outbox.write('\n');
  }

  /** A part of a running answer. */
  chunk(text: string): void {
    const safe = safeText(text);
    if (safe === '') return;
    this.#outbox.write(safe);
    this.#isAtLineStart = safe.endsWith('\n');
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

  #freshLine(): string {
    return this.#isAtLineStart ? '' : '\n';
  }
}
