/** Runs one test file in a process of its own, and ends it at its first failing test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Outcome = 'passed' | 'failed' | 'hung';

export interface TestRun {
  /** The folder with the project. */
  readonly root: string;
  readonly file: string;
  readonly limitMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A fault may make a list grow without end: it is to end itself, not the machine. */
const HEAP_MIB_MAX = 768;
/** The reporter of Node's test runner begins such a line with this, however deep the test is. */
const FAILED = /^\s*not ok /m;

/** Throws when it is aborted. */
export async function runTest(run: TestRun): Promise<Outcome> {
  run.signal.throwIfAborted();
  // A group of its own: what a test has started ends with it.
  const child = spawn(
    process.execPath,
    ['--test-reporter=tap', `--max-old-space-size=${HEAP_MIB_MAX}`, run.file],
    {
      cwd: run.root,
      env: { ...process.env, ...run.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const endGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  let hasFailed = false;
  let isLate = false;
  let output = '';
  const late = setTimeout(() => {
    isLate = true;
    endGroup();
  }, run.limitMs);
  run.signal.addEventListener('abort', endGroup, { once: true });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output = `${output.slice(output.lastIndexOf('\n') + 1)}${chunk}`;
    if (!FAILED.test(output)) return;
    hasFailed = true;
    endGroup();
  });
  try {
    // Not `close`: a process that the test has left behind may keep the pipe open.
    const [code] = (await once(child, 'exit')) as [number | null];
    run.signal.throwIfAborted();
    if (hasFailed) return 'failed';
    if (isLate) return 'hung';
    return code === 0 ? 'passed' : 'failed';
  } finally {
    clearTimeout(late);
    run.signal.removeEventListener('abort', endGroup);
    endGroup();
  }
}
