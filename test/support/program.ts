/** A program that a test talks to through its standard input and output. */
import {
  spawn,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
} from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 30_000;

export class Program implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[], options: SpawnOptionsWithoutStdio = {}) {
    // A group of its own, so that what a shell has started ends with it.
    this.#child = spawn(command, args, { ...options, detached: true });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#wake();
      });
    }
    this.#child.stdin.on('error', () => {});
    this.#child.on('close', () => this.#wake());
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  end(): void {
    this.#child.stdin.end();
  }

  /** Resolves when the output has it; takes what came up to its end away. */
  async until(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) {
        const end = match.index + match[0].length;
        const seen = this.#output.slice(0, end);
        this.#output = this.#output.slice(end);
        return seen;
      }
      if (this.hasEnded || signal.aborted)
        throw new Error(`There was no ${pattern.source} in its output:\n${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve());
      });
    }
  }

  /** What it printed until its end. */
  async rest(): Promise<string> {
    await this.#within();
    return this.#output;
  }

  /** Its exit code, or the signal that ended it. */
  async exit(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (signal) this.#kill(signal);
    await this.#within();
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.#kill('SIGKILL');
    await this.#ended;
  }

  async #within(): Promise<void> {
    const timer = setTimeout(() => this.#kill('SIGKILL'), PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
