/**
 * What many accounts cost that nobody uses, beside a ledger that has none: the start, the memory, and an
 * account that is on the disk only. `--long` takes ten million.
 */
import type { BenchContext, Figure, Growth } from './figure.ts';
import { ledgerJob, withFolder } from './ledger-job.ts';

const SIZES = { usual: [1_000, 100_000], long: [1_000, 100_000, 10_000_000] } as const;

interface Started {
  readonly seconds: number;
  readonly residentMiB: number;
  readonly readP50Ms: number;
  readonly readP99Ms: number;
  /** Of as many reads of 4 KiB. */
  readonly bareP99Ms: number;
}

interface Quiet extends Started {
  readonly accounts: number;
  readonly made: { readonly seconds: number; readonly peakMiB: number };
}

export async function benchAccounts(context: BenchContext): Promise<(Figure | Growth)[]> {
  const none = await quiet(context, 0);
  const all: Quiet[] = [];
  for (const accounts of SIZES[context.long ? 'long' : 'usual']) all.push(await quiet(context, accounts));
  const most = all.at(-1);
  return [...(most ? figures(most, none) : []), ...growths(all)];
}

function quiet(context: BenchContext, accounts: number): Promise<Quiet> {
  return withFolder(async (folder) => {
    context.say(`  ${accounts} accounts`);
    const made = await ledgerJob<Quiet['made']>(context, { kind: 'make-accounts', accounts }, folder);
    const started = await ledgerJob<Started>(context, { kind: 'start-accounts', accounts }, folder);
    return { accounts, made, ...started };
  });
}

function figures(most: Quiet, none: Quiet): Figure[] {
  const name = `Ledger of ${most.accounts.toLocaleString('en')} accounts`;
  const rest = { floorName: 'no account', measure: 'value', notes: [] } as const;
  const made = `made in ${Math.round(most.made.seconds)} s with at most ${Math.round(most.made.peakMiB)} MiB`;
  return [
    {
      ...rest,
      name: `${name}, start`,
      value: most.seconds,
      unit: 's',
      floor: none.seconds,
      target: { atMost: 5 },
      notes: [made],
    },
    {
      ...rest,
      name: `${name}, resident`,
      value: most.residentMiB,
      unit: 'MiB',
      floor: none.residentMiB,
      target: { atMost: 512 },
    },
    {
      ...rest,
      name: `${name}, one that is on the disk, p99`,
      value: most.readP99Ms,
      unit: 'ms',
      floor: most.bareP99Ms,
      floorName: '4 KiB of a file',
      target: {},
    },
  ];
}

function growths(all: readonly Quiet[]): Growth[] {
  const by = 'accounts that nobody uses';
  const row = (what: string, unit: string, of: (one: Quiet) => number): Growth => ({
    what,
    unit,
    by,
    values: all.map((one) => ({ size: one.accounts, value: of(one) })),
  });
  return [
    { ...row('an account that is on the disk, p50', 'ms', ({ readP50Ms }) => readP50Ms), atMost: 2 },
    row('an account that is on the disk, p99', 'ms', ({ readP99Ms }) => readP99Ms),
    row('start', 's', ({ seconds }) => seconds),
    row('resident after it', 'MiB', ({ residentMiB }) => residentMiB),
  ];
}
