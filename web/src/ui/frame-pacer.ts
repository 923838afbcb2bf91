/**
 * Runs the newest work at most once a frame. After a costly frame, the next frames are left free for the
 * reader: work takes up to a quarter of the time, however long an answer grows.
 */
export interface FramePacerOptions {
  readonly requestFrame: (run: () => void) => void;
  /** Calls back once what the frame drew is on the screen. */
  readonly afterPaint: (run: () => void) => void;
  readonly after: (delayMs: number, run: () => void) => void;
  readonly nowMs: () => number;
}

const FREE_COST_MS = 6;
const REST_FACTOR = 3;

export function createFramePacer(options: FramePacerOptions): (run: () => void) => void {
  let pending: (() => void) | undefined;
  let scheduled = false;
  let restUntilMs = 0;
  const frame = () => {
    const startedMs = options.nowMs();
    const run = pending;
    pending = undefined;
    run?.();
    options.afterPaint(() => {
      const costMs = options.nowMs() - startedMs;
      restUntilMs = costMs > FREE_COST_MS ? options.nowMs() + costMs * REST_FACTOR : 0;
      scheduled = false;
      if (pending) schedule();
    });
  };
  const schedule = () => {
    scheduled = true;
    const restMs = restUntilMs - options.nowMs();
    if (restMs > 0) options.after(restMs, () => options.requestFrame(frame));
    else options.requestFrame(frame);
  };
  return (run) => {
    pending = run;
    if (!scheduled) schedule();
  };
}
