/** The other side of `Thread`: answers jobs one by one, until the one that closes. */
import { parentPort } from 'node:worker_threads';

interface Job {
  readonly number: number;
  readonly type: string;
}

/**
 * `run` takes the jobs that the other side sends. What it throws is told to whoever asked. A job of type
 * `close` is the last.
 */
export function answerJobs(run: (job: never) => unknown): void {
  parentPort?.on('message', (job: Job) => {
    const { number, type } = job;
    try {
      parentPort?.postMessage({ number, value: run(job as never) });
    } catch (error) {
      parentPort?.postMessage({ number, error: String(error) });
    }
    if (type === 'close') parentPort?.close();
  });
}
