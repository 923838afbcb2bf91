import type { CommandIo } from './command.ts';

const width = 30;
const redrawMs = 100;

/** A progress bar on standard error, drawn only on a terminal and only when the work takes long enough. */
export function progressBar(
  io: Pick<CommandIo, 'stderr'>,
  label: string,
  now: () => number,
): (done: number, total: number) => void {
  if (io.stderr.isTTY !== true) return () => undefined;
  const started = now();
  let drawn = started;
  return (done, total) => {
    const time = now();
    const isEnd = done >= total;
    if (time - drawn < redrawMs || (isEnd && drawn === started)) return;
    drawn = time;
    const part = total === 0 ? 1 : done / total;
    const filled = Math.round(part * width);
    const bar = '#'.repeat(filled) + '.'.repeat(width - filled);
    io.stderr.write(`\r${label} [${bar}] ${Math.floor(part * 100)}%${isEnd ? '\n' : ''}`);
  };
}
