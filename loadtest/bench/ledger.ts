/**
 * What the ledger does: entries acknowledged after two syncs, beside a bare group commit of the same bytes in
 * the same run; how long a ledger takes to verify and to open; what many accounts cost that nobody uses.
 * `--long` takes ten million of each as well.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import type { BenchContext, Figure } from './figure.ts';

const SUBJECT = join(import.meta.dirname, '../../test/ledger/bench-subject.ts');
const WRITERS = [1, 256, 1024] as const;
const MILLION = 1_000_000;

interface Rate {
  readonly entriesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function benchLedger(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const writers of WRITERS) figures.push(...(await writing(context, writers)));
  const sizes = [context.quick ? MILLION / 10 : MILLION, ...(context.long ? [10 * MILLION] : [])];
  for (const entries of sizes) figures.push(...(await reading(context, entries)));
  return figures;
}

/** A start with many accounts, of which none is in use. */
export async function benchAccounts(context: BenchContext): Promise<Figure[]> {
  const sizes = [context.quick ? MILLION / 10 : MILLION, ...(context.long ? [10 * MILLION] : [])];
  const figures: Figure[] = [];
  for (const accounts of sizes) figures.push(...(await quietAccounts(context, accounts)));
  return figures;
}

async function writing(context: BenchContext, writers: number): Promise<Figure[]> {
  const seconds = context.quick ? 1 : 4;
  context.say(`${writers} writers`);
  const floor = await measure<Rate>(context, { kind: 'floor', writers, seconds });
  const ledger = await measure<Rate>(context, { kind: 'writers', writers, seconds });
  const isJudged = writers === 256;
  const name = `Ledger, ${writers} ${writers === 1 ? 'writer' : 'writers'}`;
  const rest = { floorName: 'bare group commit', measure: 'value', notes: [] } as const;
  const target = (limit: Figure['target']): Figure['target'] => (isJudged ? limit : {});
  const value = ledger.entriesPerSecond;
  return [
    {
      name,
      value,
      unit: 'entries/s',
      floor: floor.entriesPerSecond,
      ...rest,
      target: target({ atLeast: 150_000 }),
    },
    { name: `${name}, p50`, value: ledger.p50Ms, unit: 'ms', floor: floor.p50Ms, ...rest, target: {} },
    {
      name: `${name}, p99`,
      value: ledger.p99Ms,
      unit: 'ms',
      floor: floor.p99Ms,
      ...rest,
      target: target({ atMost: 5 }),
    },
  ];
}

async function reading(context: BenchContext, entries: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-bench-ledger-'));
  try {
    context.say(`writing ${entries} entries to read`);
    await measure(context, { kind: 'fill', entries }, folder);
    context.say(`verifying ${entries} entries`);
    const verified = await measure<{ seconds: number; entries: number; bytes: number }>(
      context,
      { kind: 'verify' },
      folder,
    );
    const opened = await measure<{ withSnapshot: number; without: number }>(
      context,
      { kind: 'start' },
      folder,
    );
    const note = `${verified.entries} entries, ${Math.round(verified.bytes / 2 ** 20)} MiB`;
    const second = { unit: 's', floor: undefined, floorName: '', measure: 'value', target: {} } as const;
    const atMost = (2.5 * entries) / MILLION;
    const name = `Ledger of ${entries.toExponential()} entries`;
    return [
      { ...second, name: `${name}, verify`, value: verified.seconds, target: { atMost }, notes: [note] },
      { ...second, name: `${name}, open with snapshot`, value: opened.withSnapshot, notes: [] },
      { ...second, name: `${name}, open without`, value: opened.without, notes: [] },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly seconds: number;
  readonly residentMiB: number;
  readonly peakMiB: number;
  readonly readP50Ms: number;
  readonly readP99Ms: number;
}

async function quietAccounts(context: BenchContext, accounts: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-bench-ledger-'));
  try {
    context.say(`making ${accounts} accounts`);
    const job = { kind: 'make-accounts', accounts };
    const made = await measure<{ seconds: number; peakMiB: number }>(context, job, folder);
    context.say(`starting with ${accounts} accounts`);
    const start = { kind: 'start-accounts', accounts };
    const started = await measure<Started>(context, start, folder);
    const rest = { floor: undefined, floorName: '', measure: 'value', target: {}, notes: [] } as const;
    const name = `Ledger of ${accounts.toExponential()} accounts`;
    const notes = [
      `made in ${Math.round(made.seconds)} s with at most ${Math.round(made.peakMiB)} MiB`,
      `an account on the disk is read in ${started.readP50Ms.toFixed(2)} ms (p50)`,
    ];
    return [
      { ...rest, name: `${name}, start`, value: started.seconds, unit: 's', target: { atMost: 5 }, notes },
      {
        ...rest,
        name: `${name}, resident`,
        value: started.residentMiB,
        unit: 'MiB',
        target: { atMost: 512 },
      },
      { ...rest, name: `${name}, read one, p99`, value: started.readP99Ms, unit: 'ms' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each job has a process and, unless one is given, a folder of its own. */
async function measure<Result>(context: BenchContext, job: object, given?: string): Promise<Result> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'hilo-bench-ledger-')));
  const args = [...context.subjectOptions, SUBJECT, JSON.stringify({ ...job, folder })];
  const child = new Child({ name: 'ledger', args });
  try {
    return (await child.message()) as Result;
  } finally {
    await child.stop();
    if (given === undefined) await rm(folder, { recursive: true, force: true });
  }
}
