/** Asks a person for the secrets of a command: each is a line of its own, which nobody sees. [T-8] */
import type { Locale } from '../../shared/locale.ts';
import { cancelsQuestion, QUESTION_CANCELLED, questionFor } from '../../shared/secret-question.ts';
import type { Terminal } from './face.ts';
import type { OperationCommand } from '../../shared/text-command.ts';
import type { TextWriter } from './text-writer.ts';

export class SecretQuestion {
  readonly #command: OperationCommand;
  readonly #terminal: Terminal | undefined;
  readonly #writer: Pick<TextWriter, 'lines' | 'blankLine'>;
  readonly #locale: Locale;
  readonly #given: Record<string, string> = {};

  /** Asks at once. */
  constructor(
    command: OperationCommand,
    terminal: Terminal | undefined,
    writer: Pick<TextWriter, 'lines' | 'blankLine'>,
    locale: Locale,
  ) {
    this.#command = command;
    this.#terminal = terminal;
    this.#writer = writer;
    this.#locale = locale;
    terminal?.hideInput();
    if (!terminal?.hasNegotiated) writer.lines(`-- ${SEEN[locale]}`);
    this.#ask();
  }

  /** The whole command once the last secret was given; undefined after a cancel. */
  answer(line: string): 'more' | OperationCommand | undefined {
    const secret = this.#next;
    if (!secret || cancelsQuestion(line)) {
      this.cancel();
      return undefined;
    }
    this.#given[secret.name] = line;
    if (this.#next) {
      this.#endLine();
      this.#ask();
      return 'more';
    }
    this.#end();
    const { type, command, name, input } = this.#command;
    return { type, command, name, input: { ...input, ...this.#given } };
  }

  /** Secrets that were not given yet. */
  get left(): number {
    return this.#command.secrets?.filter(({ name }) => !(name in this.#given)).length ?? 0;
  }

  cancel(): void {
    this.#end();
    this.#writer.lines(`-- ${QUESTION_CANCELLED[this.#locale]}`);
  }

  get #next() {
    return this.#command.secrets?.find(({ name }) => !(name in this.#given));
  }

  #ask(): void {
    if (this.#next) this.#writer.lines(`-- ${questionFor(this.#next, this.#locale)}`);
  }

  #end(): void {
    this.#endLine();
    this.#terminal?.showInput();
  }

  /** The terminal did not show the Enter key either. */
  #endLine(): void {
    if (this.#terminal?.hasNegotiated) this.#writer.blankLine();
  }
}

const SEEN = {
  en: 'What you type will be seen on your screen',
  es: 'Lo que escribas se verá en tu pantalla',
} as const;
