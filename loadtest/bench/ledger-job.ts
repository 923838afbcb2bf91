/** Runs one job of the ledger's benchmark. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import type { BenchContext } from './figure.ts';

const SUBJECT = join(import.meta.dirname, '../../test/ledger/bench-subject.ts');

/** Each job has a process and, unless one is given, a folder of its own. */
export async function ledgerJob<Result>(context: BenchContext, job: object, given?: string): Promise<Result> {
  if (given === undefined) return withFolder((folder) => ledgerJob(context, job, folder));
  const args = [...context.subjectOptions, SUBJECT, JSON.stringify({ ...job, folder: given })];
  const child = new Child({ name: 'ledger', args });
  try {
    return (await child.message()) as Result;
  } finally {
    await child.stop();
  }
}

export async function withFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-bench-ledger-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
