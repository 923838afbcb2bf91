/** What runs while the reader looks at other pages: it goes on, and is shown when they come back. */
import type { ImageRun } from './image-run.ts';
import type { SummaryRun } from './summary-run.ts';

export interface WorkRuns {
  summary?: SummaryRun;
  image?: ImageRun;
}

export interface WorkPartProps {
  readonly runs: WorkRuns;
}
