/**
 * A process that is restarted whenever it ends without a request to stop, each time after a longer pause.
 *
 *     starting ──ready──► running ──ends──► pausing ──► starting …
 *        │ ends before it was ever ready, or because of wrong settings
 *        ▼
 *      ended ◄──stop()── any state
 */
import { EXIT_SETTINGS } from '../shared/exit-codes.ts';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../shared/clock.ts';

export const KEPT_PROCESS_LIMITS = {
  /** The pause before the first restart; it doubles with each restart that follows. */
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  /** After a process has run for this long, the next restart begins with the first pause again. */
  steadyMs: 60_000,
} as const;

export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The time until the next start. */
  readonly pauseMs: number;
}

export interface KeptProcessOptions<Ready> {
  /** Receives what the process reported when it was ready for the first time. */
  readonly start: (first: Ready | undefined) => ChildProcess;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly onDeath: (death: Death) => void;
}

export class KeptProcess<Ready> {
  /** What the process reports when it listens for the first time; undefined when it ends before that. */
  readonly ready: Promise<Ready | undefined>;
  /** The exit code, once the process will not be started again. */
  readonly ended: Promise<number>;
  readonly #options: KeptProcessOptions<Ready>;
  #child: ChildProcess | undefined;
  #first: Ready | undefined;
  #isStopping = false;
  #endPause = () => {};

  constructor(options: KeptProcessOptions<Ready>) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<Ready | undefined>();
    this.ready = promise;
    this.ended = this.#run(resolve).finally(() => resolve(undefined));
  }

  /** Sends SIGTERM to the process; it is not started again. Further calls send the signal again. */
  stop(): Promise<number> {
    this.#isStopping = true;
    this.#child?.kill('SIGTERM');
    this.#endPause();
    return this.ended;
  }

  async #run(onReady: (ready: Ready) => void): Promise<number> {
    let restarts = 0;
    for (;;) {
      const { code, signal, ranMs } = await this.#runOnce(onReady);
      const isFutile = this.#first === undefined || code === EXIT_SETTINGS;
      if (this.#isStopping || isFutile) return code ?? 1;
      if (ranMs >= KEPT_PROCESS_LIMITS.steadyMs) restarts = 0;
      const pauseMs = pauseBefore(restarts);
      restarts += 1;
      this.#options.onDeath({ code, signal, pauseMs });
      await this.#pause(pauseMs);
      if (this.#isStopping) return 0;
    }
  }

  async #runOnce(onReady: (ready: Ready) => void) {
    const { start, clock } = this.#options;
    const child = start(this.#first);
    this.#child = child;
    let readyAtMs: number | undefined;
    child.once('message', (message) => {
      readyAtMs = clock.monotonic();
      this.#first ??= (message as { ready: Ready }).ready;
      onReady(this.#first);
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#child = undefined;
    return { code, signal, ranMs: readyAtMs === undefined ? 0 : clock.monotonic() - readyAtMs };
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(ms, resolve);
    this.#endPause = resolve;
    await promise;
    cancel();
  }
}

function pauseBefore(restarts: number): number {
  const { firstPauseMs, longestPauseMs } = KEPT_PROCESS_LIMITS;
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(restarts, 16));
}
