/**
 * A child process that is known by its pid, is waited for until it answers, and is ended with this process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { COMPILE_CACHE } from '../../shared/process-settings.ts';

const ROOT = join(import.meta.dirname, '../..');

export const CHILD_LIMITS = {
  readyMs: 20_000,
  pollMs: 50,
  /**
   * After SIGTERM; then SIGKILL. A draining server ends within 20 s when answers run, at once when none does.
   */
  stopMs: 25_000,
  /** What is kept of the output, to show when the child fails. */
  outputCharactersMax: 8_192,
} as const;

export interface ChildOptions {
  readonly name: string;
  /** Arguments of node: options, the file, its arguments. */
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it runs; by default where this process does. A `.env` file there is read. */
  readonly directory?: string;
}

export class Child {
  readonly name: string;
  readonly pid: number;
  readonly #process: ChildProcess;
  #output = '';
  #stopping = false;

  /** Throws when the process cannot be started. */
  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options.args], {
      env: { NODE_COMPILE_CACHE: join(ROOT, COMPILE_CACHE), ...cleanEnvironment(), ...options.environment },
      ...(options.directory ? { cwd: options.directory } : {}),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // In a process group of its own: Ctrl-C in the terminal is for the run, which then ends its children.
      detached: true,
    });
    const child = this.#process;
    const kill = () => child.kill('SIGKILL');
    process.on('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    if (this.#process.pid === undefined) throw new Error(`${this.name} could not be started`);
    this.pid = this.#process.pid;
    // Reading the output is what keeps the child from standing still on a full pipe.
    this.#process.stdout?.setEncoding('utf8').on('data', (text) => this.#keep(String(text)));
    this.#process.stderr?.setEncoding('utf8').on('data', (text) => this.#keep(String(text)));
    this.#process.on('error', (error) => this.#keep(error.message));
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The end of what the child has written. */
  get output(): string {
    return this.#output;
  }

  /** Settles when `probe` succeeds. Throws with the child's output when it ends or takes too long. */
  async ready(probe: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + CHILD_LIMITS.readyMs;
    while (!(await probe())) {
      if (!this.running) throw new Error(`${this.name} ended while it started:\n${this.#output}`);
      if (performance.now() > endMs) throw new Error(`${this.name} is not ready in time:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, CHILD_LIMITS.pollMs));
    }
  }

  /** For children of our own that talk over the channel. */
  send(message: object): void {
    this.#process.send(message);
  }

  /** The next message of the child. Throws when it ends before. */
  async message(): Promise<unknown> {
    const ended = new AbortController();
    const stop = () => ended.abort();
    this.#process.once('exit', stop);
    try {
      const [message] = (await once(this.#process, 'message', { signal: ended.signal })) as unknown[];
      return message;
    } catch {
      throw new Error(`${this.name} ended:\n${this.#output}`);
    } finally {
      this.#process.off('exit', stop);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async stop(): Promise<void> {
    if (!this.running || this.#stopping) return;
    this.#stopping = true;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), CHILD_LIMITS.stopMs);
    await exited;
    clearTimeout(timer);
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-CHILD_LIMITS.outputCharactersMax);
  }
}

/** Whether a connection is accepted there. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether an HTTP GET there is answered with a 2xx. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Without what would change how a child behaves: a measured process must not depend on who starts it. */
function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
  return Object.fromEntries(
    kept.flatMap((name) => [[name, process.env[name] ?? '']]).filter(([, value]) => value),
  );
}
