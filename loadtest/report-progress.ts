/** A line that is drawn over and over on a terminal while the run goes on. */
import type { Writable } from 'node:stream';

export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly answers: number;
  readonly errors: number;
  readonly violations: number;
}

const REDRAW_MS = 200;
const BAR_WIDTH = 28;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Returns what takes the line away. On what is not a terminal nothing is drawn; one of unknown width has 0.
 */
export function drawProgress(
  stream: Writable & { readonly isTTY?: boolean; readonly columns?: number },
  read: () => ProgressState,
): () => void {
  if (!stream.isTTY) return () => undefined;
  const draw = () => void stream.write(CLEAR_LINE + progressLine(read(), stream.columns || 80));
  const timer = setInterval(draw, REDRAW_MS);
  return () => {
    clearInterval(timer);
    stream.write(CLEAR_LINE);
  };
}

export function progressLine(state: ProgressState, columns: number): string {
  const part = state.total === 0 ? 0 : Math.min(state.done / state.total, 1);
  const filled = Math.round(part * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const wrong = state.violations > 0 ? ` · ${state.violations} WRONG` : '';
  const counts = `${state.answers} answers · ${state.errors} errors${wrong}`;
  return `${state.label} ${bar} ${state.done}/${state.total} · ${counts}`.slice(0, Math.max(columns - 1, 1));
}
