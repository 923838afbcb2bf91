/**
 * What the ledger does: entries acknowledged after two syncs, beside a bare group commit of the same bytes in
 * the same run; how long a ledger takes to verify and to open; what people wait for when it is long. `--long`
 * takes ten million entries as well.
 */
import type { BenchContext, Figure, Growth } from './figure.ts';
import { ledgerJob, withFolder } from './ledger-job.ts';

const TIMES = {
  quick: { seconds: 1, warmUpSeconds: 0.8 },
  usual: { seconds: 4, warmUpSeconds: 1.5 },
} as const;
const WRITERS = { quick: [1, 256], usual: [1, 256, 1024] } as const;
const JUDGED_WRITERS = 256;
const MILLION = 1_000_000;
const SIZES = { usual: [10_000, MILLION], long: [10_000, MILLION, 10 * MILLION] } as const;

interface Rate {
  readonly entriesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Long {
  readonly entries: number;
  readonly verified: { readonly seconds: number; readonly entries: number; readonly bytes: number };
  /** The same bytes, only read and hashed. */
  readonly floorSeconds: number;
  readonly opened: { readonly withSnapshot: number; readonly without: number };
  readonly used: { readonly write: Rate; readonly proofP50Ms: number; readonly proofP99Ms: number };
}

export async function benchLedger(context: BenchContext): Promise<(Figure | Growth)[]> {
  const results: (Figure | Growth)[] = [];
  for (const writers of WRITERS[context.quick ? 'quick' : 'usual']) {
    results.push(...(await writing(context, writers)));
  }
  const all: Long[] = [];
  for (const entries of SIZES[context.long ? 'long' : 'usual']) all.push(await reading(context, entries));
  const million = all.find(({ entries }) => entries === MILLION);
  return [...results, ...(million ? readingFigures(million) : []), ...growths(all)];
}

async function writing(context: BenchContext, writers: number): Promise<Figure[]> {
  const times = TIMES[context.quick ? 'quick' : 'usual'];
  context.say(`  ${writers} writers`);
  const floor = await ledgerJob<Rate>(context, { kind: 'floor', writers, ...times });
  const ledger = await ledgerJob<Rate>(context, { kind: 'writers', writers, ...times });
  const name = `Ledger, ${writers} ${writers === 1 ? 'writer' : 'writers'}`;
  const rest = { floorName: 'bare group commit', measure: 'value', notes: [] } as const;
  const target = (limit: Figure['target']) => (writers === JUDGED_WRITERS ? limit : {});
  const ms = (of: 'p50Ms' | 'p99Ms') => ({ value: ledger[of], unit: 'ms', floor: floor[of] });
  return [
    {
      name,
      value: ledger.entriesPerSecond,
      unit: 'entries/s',
      floor: floor.entriesPerSecond,
      ...rest,
      target: target({ atLeast: 200_000 }),
    },
    { name: `${name}, p50`, ...ms('p50Ms'), ...rest, target: {} },
    { name: `${name}, p99`, ...ms('p99Ms'), ...rest, target: target({ atMost: 5 }) },
  ];
}

function reading(context: BenchContext, entries: number): Promise<Long> {
  return withFolder(async (folder) => {
    const job = <Result>(kind: string, more: object = {}) =>
      ledgerJob<Result>(context, { kind, ...more }, folder);
    context.say(`  ${entries} entries: writing`);
    await job('fill', { entries });
    context.say(`  ${entries} entries: verifying, opening, using`);
    const floor = await job<{ seconds: number }>('verify-floor', { entries });
    const verified = await job<Long['verified']>('verify');
    const opened = await job<Long['opened']>('start');
    const used = await job<Long['used']>('use', TIMES[context.quick ? 'quick' : 'usual']);
    return { entries, verified, floorSeconds: floor.seconds, opened, used };
  });
}

function readingFigures({ entries, verified, floorSeconds, opened }: Long): Figure[] {
  const name = `Ledger of ${entries.toLocaleString('en')} entries`;
  const second = { unit: 's', floorName: 'read, SHA-256', measure: 'value', floor: floorSeconds } as const;
  const size = `${verified.entries} entries, ${Math.round(verified.bytes / 2 ** 20)} MiB`;
  const limit = { target: { atMost: 2 } };
  return [
    { ...second, ...limit, name: `${name}, verify`, value: verified.seconds, notes: [size] },
    { ...second, ...limit, name: `${name}, open without snapshot`, value: opened.without, notes: [] },
    { ...second, target: {}, name: `${name}, open with snapshot`, value: opened.withSnapshot, notes: [] },
  ];
}

function growths(all: readonly Long[]): Growth[] {
  const by = 'entries of the ledger';
  const row = (what: string, unit: string, of: (one: Long) => number): Growth => ({
    what,
    unit,
    by,
    values: all.map((one) => ({ size: one.entries, value: of(one) })),
  });
  return [
    { ...row('an entry of one writer, p50', 'ms', ({ used }) => used.write.p50Ms), atMost: 2 },
    row('an entry of one writer, p99', 'ms', ({ used }) => used.write.p99Ms),
    { ...row('the proof of any entry, p50', 'ms', ({ used }) => used.proofP50Ms), atMost: 2 },
    row('the proof of any entry, p99', 'ms', ({ used }) => used.proofP99Ms),
    row('start with a snapshot', 's', ({ opened }) => opened.withSnapshot),
    row('start without', 's', ({ opened }) => opened.without),
    row('verifying all of it', 's', ({ verified }) => verified.seconds),
  ];
}
