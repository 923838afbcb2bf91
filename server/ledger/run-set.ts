/** The runs of one moment, newest last: where everything is that is not in memory. */
import type { Disk } from './disk.ts';
import { keyOf, type Kind, type RunInfo } from './run-format.ts';
import { Run } from './run.ts';

export class RunSet {
  readonly runs: readonly Run[];

  private constructor(runs: readonly Run[]) {
    this.runs = runs;
  }

  static empty(): RunSet {
    return new RunSet([]);
  }

  /** Takes runs that `earlier` has open from there. Rejects with `SnapshotDamage`. */
  static async open(disk: Disk, infos: readonly RunInfo[], earlier = RunSet.empty()): Promise<RunSet> {
    const runs: Run[] = [];
    try {
      for (const info of infos) {
        const known = earlier.runs.find((run) => isSame(run.info, info));
        runs.push(known?.retain() ?? (await Run.open(disk, info)));
      }
      return new RunSet(runs);
    } catch (error) {
      for (const run of runs) await run.release();
      throw error;
    }
  }

  /** False: there surely is no such record. */
  mayHave(kind: Kind, name: string): boolean {
    if (this.runs.length === 0) return false;
    const key = keyOf(kind, name);
    return this.runs.some((run) => run.mayHave(key));
  }

  /** The newest value. Rejects with `SnapshotDamage`. */
  async find(kind: Kind, name: string): Promise<Buffer | undefined> {
    const key = keyOf(kind, name);
    for (const run of this.runs.toReversed()) {
      const value = run.mayHave(key) ? await run.find(key) : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Reads that have begun end first. */
  async close(): Promise<void> {
    for (const run of this.runs) await run.release();
  }
}

function isSame(one: RunInfo, other: RunInfo): boolean {
  return one.name === other.name && one.records === other.records && one.footerSum === other.footerSum;
}
