import type { Clock } from '../../shared/clock.ts';

/** Runs again and again, `intervalMs` after each end; returns what stops it. */
export function every(clock: Pick<Clock, 'after'>, intervalMs: number, run: () => Promise<void>): () => void {
  let cancel = () => {};
  let isStopped = false;
  const next = () => {
    cancel = clock.after(intervalMs, () => {
      void run().finally(() => {
        if (!isStopped) next();
      });
    });
  };
  next();
  return () => {
    isStopped = true;
    cancel();
  };
}
