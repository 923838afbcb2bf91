/** What is added to the text of answers after it stands: formulas that are drawn, and code in colours. */
import type { WindowLike } from 'dompurify';
import { loadLate } from '../load-late.ts';
import { CodeColours } from './code-colours.ts';
import { Formulas } from './formulas.ts';
import { LateWork } from './late-work.ts';
import type { LateParts } from './markdown.ts';

/** Code is coloured before it comes into view, so that a reader who scrolls sees it as it stays. */
const NEAR = '600px 0px';

export function lateParts(window: Window & WindowLike): LateParts {
  const work = new LateWork({
    requestFrame: (run) => void window.requestAnimationFrame(run),
    nowMs: () => performance.now(),
  });
  const formulas = new Formulas({
    load: () =>
      loadLate(
        async () => (await import('./load-math.ts')).mathDrawer(window),
        (delayMs, run) => void window.setTimeout(run, delayMs),
      ),
    page: window.document,
    work,
  });
  const colours = new CodeColours({
    startWorker: () => new Worker(new URL('./code-worker.ts', import.meta.url), { type: 'module' }),
    whenNear: nearReader(),
    work,
  });
  return {
    drawn: (root) => formulas.dress(root),
    settled: (root) => colours.dress(root),
  };
}

function nearReader(): (element: Element, run: () => void) => void {
  const waiting = new WeakMap<Element, () => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        waiting.get(target)?.();
      }
    },
    // The conversation scrolls in a box of its own, which the margin of the root knows nothing of.
    { rootMargin: NEAR, scrollMargin: NEAR },
  );
  return (element, run) => {
    waiting.set(element, run);
    observer.observe(element);
  };
}
