/** `npm run bench`: what Hilo does, each figure beside the floor of the same run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../report-table.ts';
import { describeMachine, thisMachine } from '../stack/machine.ts';
import { manyClients } from './clients.ts';
import { companionReplies } from './companion.ts';
import { gatewayExchanges, jsonExchanges, ledgerExchanges, textExchanges } from './exchanges.ts';
import { benchConversations } from './conversations.ts';
import {
  compared,
  FIGURE_HEADER,
  figureRow,
  growthTables,
  isBounded,
  isMet,
  type BenchContext,
  type Benchmark,
  type Figure,
  type Growth,
} from './figure.ts';
import { firstToken } from './first-token.ts';
import { httpApi } from './http-api.ts';
import { idleGateway, idleServer } from './idle-bytes.ts';
import { benchAccounts } from './accounts.ts';
import { benchLedger } from './ledger.ts';
import { readProfiles } from './profile.ts';
import { slowBrowsers } from './slow-browsers.ts';
import { benchStore } from './store.ts';
import { conversationTurns } from './turns.ts';
import { waitingClients } from './waiting.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  exchanges: jsonExchanges,
  'exchanges-ledger': ledgerExchanges,
  gateway: gatewayExchanges,
  'first-token': firstToken,
  http: httpApi,
  companion: companionReplies,
  clients: manyClients,
  turns: conversationTurns,
  waiting: waitingClients,
  'idle-server': idleServer,
  'idle-gateway': idleGateway,
  ledger: benchLedger,
  accounts: benchAccounts,
  conversations: benchConversations,
  text: textExchanges,
  store: benchStore,
  'slow-browsers': slowBrowsers,
};
/** They have no target, or wait for a slow model, so the short run leaves them out. */
const NOT_QUICK: ReadonlySet<string> = new Set(['text', 'store', 'slow-browsers', 'waiting']);

const HELP = `Usage: npm run bench -- [options]

Measures Hilo against the floor of this machine, in turns, and compares with the targets.

  --only NAMES    one of these or several, separated by commas: ${Object.keys(BENCHMARKS).join(', ')}
  --quick         shorter runs, fewer connections, at most three minutes: a first look
  --long          ten million entries, accounts and messages as well: many minutes, several GB
  --profile       where server and gateway spend their time; slows them down, so the figures do not count
  --output DIR    where the JSON goes; default loadtest/reports

Exit code: 0 measured, 2 something could not be measured, 3 wrong options.
`;

const EXIT = { measured: 0, impossible: 2, usage: 3, interrupted: 130 } as const;
const COSTS_SHOWN = 30;
/** For one benchmark. */
const LIMIT_MS = { usual: 15 * 60_000, long: 4 * 3_600_000 } as const;
/** Processes that want to run, in the mean of the last minute. */
const BUSY_LOAD = 0.7;

// Whoever exits takes its children along; whoever is ended by a signal does not.
process.on('SIGINT', () => process.exit(EXIT.interrupted));
process.on('SIGTERM', () => process.exit(EXIT.interrupted));
// It exits by itself: a benchmark that hangs would keep it alive.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'number') return options;
  console.log(`${describeMachine(thisMachine())}\n`);
  warnOfOthers();
  const profiles = options.profile ? await mkdtemp(join(tmpdir(), 'hilo-profiles-')) : undefined;
  const context = {
    quick: options.quick,
    long: options.long,
    subjectOptions: profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
    say: (line: string) => void process.stderr.write(`${line}\n`),
  };
  try {
    return await runAll(options, context, profiles);
  } finally {
    if (profiles) await rm(profiles, { recursive: true, force: true });
  }
}

async function runAll(
  options: { readonly names: readonly string[]; readonly output: string },
  context: BenchContext,
  profiles: string | undefined,
): Promise<number> {
  const measured: (Figure | Growth)[] = [];
  const beganMs = performance.now();
  let exitCode: number = EXIT.measured;
  for (const name of options.names) {
    const startMs = performance.now();
    context.say(`measuring ${name} …`);
    try {
      measured.push(...(await inTime(BENCHMARKS[name]?.(context), context)));
    } catch (error) {
      exitCode = EXIT.impossible;
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof Overdue) break;
    }
    context.say(`  ${seconds(performance.now() - startMs)}`);
    if (profiles) await showProfiles(profiles);
  }
  await tell(measured, options.output);
  console.log(`All of it took ${seconds(performance.now() - beganMs)}.`);
  return exitCode;
}

/** What hangs is not waited for, and nothing can be measured beside it. */
class Overdue extends Error {}

async function inTime(
  running: Promise<(Figure | Growth)[]> | undefined,
  { long }: BenchContext,
): Promise<(Figure | Growth)[]> {
  const limitMs = long ? LIMIT_MS.long : LIMIT_MS.usual;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Overdue(`not measured within ${seconds(limitMs)}`)), limitMs);
  });
  try {
    return (await Promise.race([running, overdue])) ?? [];
  } finally {
    clearTimeout(timer);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What else runs here takes part in every measurement. */
function warnOfOthers(): void {
  const [lastMinute = 0] = loadavg();
  if (lastMinute < BUSY_LOAD) return;
  console.log(`Others are at work here (load ${lastMinute.toFixed(1)}): do not trust what follows.\n`);
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        long: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        output: { type: 'string', default: 'loadtest/reports' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const only = values.only?.flatMap((names) => names.split(','));
    const all = Object.keys(BENCHMARKS);
    const names = only ?? all.filter((name) => !values.quick || !NOT_QUICK.has(name));
    const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
    if (unknown !== undefined)
      throw new Error(`There is no benchmark "${unknown}", only ${Object.keys(BENCHMARKS).join(', ')}`);
    if (!values.help) return { ...values, names };
    console.log(HELP);
    return EXIT.measured;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nTry: npm run bench -- --help`);
    return EXIT.usage;
  }
}

async function tell(measured: readonly (Figure | Growth)[], directory: string): Promise<void> {
  const figures = measured.filter((one) => 'name' in one);
  const growths = measured.filter((one) => 'by' in one);
  if (figures.length > 0) console.log(formatTable(FIGURE_HEADER, figures.map(figureRow)));
  for (const { name, notes } of figures) for (const note of notes) console.log(`  ${name}: ${note}`);
  for (const { header, rows } of growthTables(growths)) console.log(`\n${formatTable(header, rows)}`);
  await mkdir(directory, { recursive: true });
  const startedAt = new Date().toISOString();
  const [load] = loadavg();
  const path = join(directory, `${startedAt.replaceAll(/[:.]/g, '-')}-bench.json`);
  const report = {
    startedAt,
    machine: thisMachine(),
    load,
    figures: figures.map((figure) => ({ ...figure, compared: compared(figure), met: isMet(figure) })),
    growths: growths.map((growth) => ({ ...growth, met: isBounded(growth) })),
  };
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nReport: ${path}`);
}

async function showProfiles(directory: string): Promise<void> {
  for (const [file, costs] of await readProfiles(directory, COSTS_SHOWN)) {
    const rows = costs.map(({ place, part }) => [place, `${(part * 100).toFixed(1)} %`]);
    console.log(`${formatTable([file, 'self'], rows)}\n`);
    await rm(join(directory, file));
  }
}
