/** What a process uses: from the kernel when it runs here, else from what it says itself. */
import { readFile } from 'node:fs/promises';

export interface ProcessMemory {
  readonly residentBytes: number;
  /** The highest it ever was; unknown when read from metrics. */
  readonly peakBytes: number | undefined;
}

/** Undefined when there is no such process, or no /proc. */
export async function memoryOfPid(pid: number): Promise<ProcessMemory | undefined> {
  try {
    return parseProcStatus(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads VmRSS and VmHWM (proc_pid_status(5)); a zombie has neither. */
export function parseProcStatus(status: string): ProcessMemory | undefined {
  const resident = kibibytes(status, 'VmRSS');
  if (resident === undefined) return undefined;
  return { residentBytes: resident, peakBytes: kibibytes(status, 'VmHWM') };
}

/** From a Prometheus page; undefined when it is not there or does not say. */
export async function memoryOfMetrics(url: string): Promise<ProcessMemory | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const match = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)/m.exec(await response.text());
    const bytes = Number(match?.[1]);
    return match && Number.isFinite(bytes) ? { residentBytes: bytes, peakBytes: undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds of processor time that the process has used; NaN when it is gone. */
export async function processorMsOfPid(pid: number): Promise<number> {
  try {
    return parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return Number.NaN;
  }
}

/** Reads utime and stime (proc_pid_stat(5)). The name before them is in parentheses and may hold anything. */
export function parseProcStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The kernel counts in hundredths of a second whatever its own clock does (USER_HZ). */
const TICK_MS = 10;

function kibibytes(status: string, name: string): number | undefined {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status);
  return match ? Number(match[1]) * 1_024 : undefined;
}
