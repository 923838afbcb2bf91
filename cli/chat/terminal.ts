/** The lines that a person types, with history and completion, and what is written between them. */
import { createInterface, type Interface } from 'node:readline';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { readHidden } from '../password-input.ts';

const HISTORY_LINES = 500;
/** Read ahead from a pipe. */
const WAITING_LINES = 100;
const CLEAR_LINE = '\r\x1b[K';

export interface TerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
}

export class Terminal {
  readonly #options: TerminalOptions;
  /** Somebody types; otherwise the lines come through a pipe. */
  readonly isTerminal: boolean;
  #history: string[] = [];
  #lines: Interface;
  #waiting: string[] = [];
  #asked: PromiseWithResolvers<string | undefined> | undefined;
  #isEnded = false;
  #isPrompting = false;
  #isReadingSecret = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.isTerminal = options.stdin.isTTY && options.stdout.isTTY === true;
    this.#lines = this.#open();
  }

  /** The next line; undefined at the end of the input. */
  async line(): Promise<string | undefined> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    if (this.#isEnded) return undefined;
    this.#asked = Promise.withResolvers();
    this.#isPrompting = true;
    // It resumes an input that was paused.
    this.#lines.prompt();
    return this.#asked.promise;
  }

  /** A line that is not shown and not remembered. Undefined when the person cancels. */
  async secret(question: string): Promise<string | undefined> {
    if (!this.isTerminal) return this.line();
    this.#isReadingSecret = true;
    this.#lines.close();
    const { stdin, stderr } = this.#options;
    const answer = await readHidden(stdin, () => void stderr.write(`${question} `));
    this.#options.stderr.write('\n');
    this.#lines = this.#open();
    this.#isReadingSecret = false;
    return answer;
  }

  /** Drops the answers to questions that are not asked: a pipe brings them nevertheless. */
  async skip(answers: number): Promise<void> {
    if (this.isTerminal) return;
    for (let left = answers; left > 0; left -= 1) await this.line();
  }

  /** Whether a person is being waited for, so that other output may come in between. */
  get isPrompting(): boolean {
    return this.#isPrompting;
  }

  write(text: string): void {
    this.#options.stdout.write(text);
  }

  /** Other output may come where the prompt stands, until `showPrompt`. */
  hidePrompt(): void {
    if (this.isTerminal && this.#isPrompting) this.write(CLEAR_LINE);
  }

  /** With what was typed so far. */
  showPrompt(): void {
    if (this.isTerminal && this.#isPrompting) this.#lines.prompt(true);
  }

  close(): void {
    this.#isReadingSecret = false;
    this.#lines.close();
  }

  #open(): Interface {
    const { stdin } = this.#options;
    const lines = createInterface({
      input: stdin,
      ...(this.isTerminal ? { output: process.stdout } : {}),
      terminal: this.isTerminal,
      prompt: this.isTerminal ? '> ' : '',
      history: this.#history,
      historySize: HISTORY_LINES,
      completer: (line: string) => [COMMANDS.filter((command) => command.startsWith(line)), line],
    });
    lines.on('history', (history) => (this.#history = history));
    lines.on('SIGINT', () => this.#options.onInterrupt());
    lines.on('line', (line) => this.#read(line));
    lines.on('close', () => this.#ended());
    return lines;
  }

  #read(line: string): void {
    if (!this.#asked) this.#waiting.push(line);
    else this.#answer(line);
    if (this.#waiting.length > WAITING_LINES) this.#lines.pause();
  }

  #answer(line: string | undefined): void {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#isPrompting = false;
    asked?.resolve(line);
  }

  #ended(): void {
    if (this.#isReadingSecret) return;
    this.#isEnded = true;
    this.#answer(undefined);
  }
}

const COMMANDS: readonly string[] = [
  ...OPERATION_LIST.flatMap(({ text, commands = [] }) => [...(text ? [text] : []), ...commands]).map(
    ({ command }) => `/${command}`,
  ),
  '/paste',
  '/quit',
].sort();
