/** What the person says on other devices in the same conversation, shown between the lines of this one. */
import { noticeOf } from '../../shared/notices.ts';
import type { Locale } from '../../shared/locale.ts';
import { safeText } from '../../shared/text-safety.ts';
import { CHAT_TEXTS } from './chat-texts.ts';
import type { Terminal } from './terminal.ts';

/** Kept while an answer is shown here. */
const WAITING_CHARACTERS = 256 * 1024;

export class Elsewhere {
  readonly #terminal: Pick<Terminal, 'hidePrompt' | 'isPrompting' | 'showPrompt' | 'write'>;
  readonly #locale: Locale;
  #waiting = '';
  /** In the middle of a line of an answer: the prompt is not shown. */
  #isWithinLine = false;

  constructor(
    terminal: Pick<Terminal, 'hidePrompt' | 'isPrompting' | 'showPrompt' | 'write'>,
    locale: Locale,
  ) {
    this.#terminal = terminal;
    this.#locale = locale;
  }

  /** A notification that belongs to nothing that was asked for here. */
  told(name: string, params: Readonly<Record<string, unknown>>): void {
    const { line, chunk = '' } = noticeOf(name, params, this.#locale);
    if (line !== undefined) this.#waiting += `${this.#isAtLineStart() ? '' : '\n'}${safeText(line)}\n`;
    this.#waiting += safeText(chunk);
    if (this.#waiting.length > WAITING_CHARACTERS) {
      this.#waiting = `-- ${CHAT_TEXTS[this.#locale].missed}\n`;
    }
    if (this.#terminal.isPrompting) this.flush();
  }

  flush(): void {
    if (this.#waiting === '') return;
    if (!this.#isWithinLine) this.#terminal.hidePrompt();
    this.#terminal.write(this.#waiting);
    this.#isWithinLine = !this.#waiting.endsWith('\n');
    this.#waiting = '';
    if (!this.#isWithinLine) this.#terminal.showPrompt();
  }

  #isAtLineStart(): boolean {
    return this.#waiting === '' ? !this.#isWithinLine : this.#waiting.endsWith('\n');
  }
}
