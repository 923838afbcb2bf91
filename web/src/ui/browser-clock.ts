import type { Clock } from '../../../shared/clock.ts';

/**
 * The browser's time. Timers of hidden pages are slowed down by the browser; nothing here counts on their
 * precision.
 */
export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = globalThis.setTimeout(run, delayMs);
    return () => globalThis.clearTimeout(timer);
  },
};
