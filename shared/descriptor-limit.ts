import { readFileSync } from 'node:fs';

/** How many files and sockets this process may have open; Infinity where the system does not say. */
export function descriptorLimit(limitsFile = '/proc/self/limits'): number {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync(limitsFile, 'utf8'));
    return match?.[1] === undefined ? Infinity : Number(match[1]);
  } catch {
    return Infinity;
  }
}
