/** `npm run bench`: what Hilo does, each figure beside the floor of the same run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../report-table.ts';
import { describeMachine, thisMachine } from '../stack/machine.ts';
import { companionReplies } from './companion.ts';
import { gatewayExchanges, jsonExchanges, ledgerExchanges, textExchanges } from './exchanges.ts';
import { benchConversations } from './conversations.ts';
import {
  compared,
  FIGURE_HEADER,
  figureRow,
  isMet,
  type BenchContext,
  type Benchmark,
  type Figure,
} from './figure.ts';
import { firstToken } from './first-token.ts';
import { httpApi } from './http-api.ts';
import { idleGateway, idleServer } from './idle-bytes.ts';
import { benchAccounts, benchLedger } from './ledger.ts';
import { readProfiles } from './profile.ts';
import { slowBrowsers } from './slow-browsers.ts';
import { benchStore } from './store.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  exchanges: jsonExchanges,
  'exchanges-ledger': ledgerExchanges,
  text: textExchanges,
  gateway: gatewayExchanges,
  'idle-server': idleServer,
  'idle-gateway': idleGateway,
  'slow-browsers': slowBrowsers,
  'first-token': firstToken,
  http: httpApi,
  companion: companionReplies,
  ledger: benchLedger,
  accounts: benchAccounts,
  store: benchStore,
  conversations: benchConversations,
};

const HELP = `Usage: npm run bench -- [options]

Measures Hilo against the floor of this machine, in turns, and compares with the targets.

  --only NAMES    one of these or several, separated by commas: ${Object.keys(BENCHMARKS).join(', ')}
  --quick         shorter runs, fewer connections: a first look
  --long          ten million entries, accounts and messages as well: many minutes, several GB
  --profile       where server and gateway spend their time; slows them down, so the figures do not count
  --output DIR    where the JSON goes; default loadtest/reports

Exit code: 0 measured, 2 something could not be measured, 3 wrong options.
`;

const EXIT = { measured: 0, impossible: 2, usage: 3, interrupted: 130 } as const;
const COSTS_SHOWN = 30;
/** Processes that want to run, in the mean of the last minute. */
const BUSY_LOAD = 0.7;

// Whoever exits takes its children along; whoever is ended by a signal does not.
process.on('SIGINT', () => process.exit(EXIT.interrupted));
process.on('SIGTERM', () => process.exit(EXIT.interrupted));
process.exitCode = await main(process.argv.slice(2));

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
  const figures: Figure[] = [];
  let exitCode: number = EXIT.measured;
  for (const name of options.names) {
    context.say(`measuring ${name} …`);
    try {
      figures.push(...((await BENCHMARKS[name]?.(context)) ?? []));
    } catch (error) {
      exitCode = EXIT.impossible;
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (profiles) await showProfiles(profiles);
  }
  await tell(figures, options.output);
  return exitCode;
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
    const names = only ?? Object.keys(BENCHMARKS);
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

async function tell(figures: readonly Figure[], directory: string): Promise<void> {
  console.log(formatTable(FIGURE_HEADER, figures.map(figureRow)));
  for (const { name, notes } of figures) for (const note of notes) console.log(`  ${name}: ${note}`);
  await mkdir(directory, { recursive: true });
  const startedAt = new Date().toISOString();
  const [load] = loadavg();
  const path = join(directory, `${startedAt.replaceAll(/[:.]/g, '-')}-bench.json`);
  const results = figures.map((figure) => ({ ...figure, compared: compared(figure), met: isMet(figure) }));
  await writeFile(
    path,
    `${JSON.stringify({ startedAt, machine: thisMachine(), load, figures: results }, null, 2)}\n`,
  );
  console.log(`\nReport: ${path}`);
}

async function showProfiles(directory: string): Promise<void> {
  for (const [file, costs] of await readProfiles(directory, COSTS_SHOWN)) {
    const rows = costs.map(({ place, part }) => [place, `${(part * 100).toFixed(1)} %`]);
    console.log(`${formatTable([file, 'self'], rows)}\n`);
    await rm(join(directory, file));
  }
}
