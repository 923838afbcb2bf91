import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { loadLate } from '../load-late.ts';
import type { Markdown } from './markdown.ts';

/** What draws answers; undefined while it is on its way. */
export function useMarkdown(): Markdown | undefined {
  const [loaded] = useState(() => signal<Markdown | undefined>(undefined));
  useEffect(() => {
    const after = (delayMs: number, run: () => void) => void setTimeout(run, delayMs);
    void loadLate(() => import('./load-markdown.ts'), after).then((module) => {
      loaded.value = module?.markdown(window);
    });
  }, []);
  return loaded.value;
}
