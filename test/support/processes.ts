/** The server and the gateway as processes of their own, as they run in earnest. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { COMPILE_CACHE } from '../../shared/process-settings.ts';

/** For a process that must come back to the same one. */
export { freePort } from '../../shared/free-port.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A start that takes longer has failed; the machine may be busy with other tests. */
const READY_MS = 60_000;

/** What every process of ours gets, and nothing else of the environment of the tests. */
export const PROCESS_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: join(ROOT, COMPILE_CACHE),
};

export class Process implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #exited: Promise<readonly [number | null, NodeJS.Signals | null]>;
  #output = '';

  private constructor(child: ChildProcess) {
    this.child = child;
    this.#exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  /** Runs a main module of the project; resolves when it says that it is ready. */
  static async start(path: string, environment: Readonly<Record<string, string>>): Promise<Process> {
    const child = fork(join(ROOT, path), {
      env: { ...PROCESS_ENVIRONMENT, LOG_LEVEL: 'warn', ...environment },
      execArgv: [],
      silent: true,
    });
    const process_ = new Process(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    const outcome = await Promise.race([once(child, 'message'), process_.#exited.then(() => undefined)]);
    clearTimeout(timer);
    if (!outcome) {
      const [code, signal] = await process_.#exited;
      throw new Error(`${path} did not start, and ended with ${signal ?? code}:\n${process_.#output}`);
    }
    return process_;
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with the exit code, or the signal that ended it. */
  async exit(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (signal) this.child.kill(signal);
    const [code, by] = await this.#exited;
    return by ?? code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.exit('SIGKILL');
  }
}
