/**
 * `npm run mutants -- FILE [--seed N] [--count N] [--tests GLOB…]`: gives a source small faults, one at a
 * time, and prints which of them its tests notice. It is not part of `npm test`: it starts tests hundreds of
 * times.
 */
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { tmpdir } from 'node:os';
import { relative, resolve } from 'node:path';
import { startPostgres } from '../../server/store/postgres.fixture.ts';
import { importsOfProject } from '../support/imports.ts';
import { parsed, projectFiles, ROOT } from '../support/source-files.ts';
import { acceptedFaults } from './accepted.ts';
import { choose } from './choose.ts';
import { faultsOf, type Fault } from './faults.ts';
import { reaches, testsOf } from './tests-of.ts';
import { tryFaults, type Verdict } from './trial.ts';

const USAGE = `Usage: npm run mutants -- FILE [options]
  --seed N       which faults are chosen (1)
  --count N      how many (60); 0 tries all of them
  --tests GLOB   asks these tests; may be repeated. Without it: those that import FILE, nearest first
  --files N      asks at most so many test files (10)
  --copies N     so many tests run at once (2)
  --list         shows the faults and the tests, and tries nothing`;

/** Other work on the machine must not look like a hang. */
const HANG_MS = 15_000;
const POSTGRES = 'server/store/postgres.fixture.ts';

interface Options {
  readonly path: string;
  readonly seed: number;
  readonly count: number;
  readonly tests: readonly string[];
  readonly files: number;
  readonly copies: number;
  readonly isList: boolean;
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  process.exitCode = await main(options);
}

/** Fails when a fault has survived. */
async function main({ path, seed, count, tests: patterns, files, copies, isList }: Options): Promise<number> {
  const file = projectFiles().find((each) => each.path === path);
  if (file === undefined) throw new Error(`${path} is not a file of the project`);
  const imports = importsOfProject();
  const all = faultsOf(parsed(file));
  const accepted = acceptedFaults()[path] ?? {};
  const open = all.filter(({ key }) => !Object.hasOwn(accepted, key));
  const chosen = count === 0 ? open : choose(open, count, seed);
  const found = patterns.length > 0 ? globSync([...patterns], { cwd: ROOT }).sort() : testsOf(path, imports);
  const tests = found.slice(0, files);
  console.log(
    `${path}: ${chosen.length} of ${all.length} faults, seed ${seed}; accepted without a test: ${
      all.length - open.length
    }`,
  );
  console.log(`Tests: ${tests.join(' ') || 'none'}`);
  if (isList) {
    for (const fault of chosen) console.log(row('', path, fault));
    return 0;
  }
  const database = reaches(tests, POSTGRES, imports) ? await startPostgres() : undefined;
  const abort = new AbortController();
  const stop = () => abort.abort(new Error('Interrupted'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const verdicts = new Map<Fault, Verdict>();
  try {
    await tryFaults({
      root: ROOT,
      path,
      text: file.text,
      faults: chosen,
      tests,
      copies,
      scratch: tmpdir(),
      hangMs: HANG_MS,
      environment: database === undefined ? {} : { HILO_TEST_DATABASE_URL: database.url },
      signal: abort.signal,
      onUnfit: (test, outcome) => console.log(`Not asked: ${test}, which ${outcome} without a fault`),
      onVerdict: (fault, verdict) => {
        verdicts.set(fault, verdict);
        console.log(row(verdict.kind, path, fault, 'test' in verdict ? verdict.test : ''));
      },
    });
  } finally {
    await database?.stop();
  }
  return summary(path, chosen, verdicts);
}

function summary(path: string, chosen: readonly Fault[], verdicts: ReadonlyMap<Fault, Verdict>): number {
  const of = (kind: Verdict['kind']) => chosen.filter((fault) => verdicts.get(fault)?.kind === kind);
  const survivors = of('survived');
  const hung = of('by hang').length;
  const noticed = chosen.length - survivors.length;
  const percent = chosen.length === 0 ? 100 : Math.floor((100 * noticed) / chosen.length);
  console.log(`\n${path}: ${noticed} of ${chosen.length} noticed (${percent} %), ${hung} of them by a hang`);
  for (const fault of survivors) console.log(`${row('survived', path, fault)}\n          key: ${fault.key}`);
  return survivors.length === 0 ? 0 : 1;
}

function row(verdict: string, path: string, { line, kind, shown }: Fault, test = ''): string {
  const by = test === '' ? '' : `  (${test})`;
  return `${verdict.padEnd(8)}  ${path}:${line}  ${kind}: ${shown}${by}`;
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        count: { type: 'string', default: '60' },
        tests: { type: 'string', multiple: true, default: [] },
        files: { type: 'string', default: '10' },
        copies: { type: 'string', default: '2' },
        list: { type: 'boolean', default: false },
      },
    });
    const [given, ...others] = positionals;
    const [seed, count, files, copies] = [values.seed, values.count, values.files, values.copies].map(Number);
    const numbers = [seed, count, files, copies].every(
      (each) => each !== undefined && Number.isSafeInteger(each) && each >= 0,
    );
    if (given === undefined || !numbers || copies === 0) return undefined;
    const path = relative(ROOT, resolve(given));
    // A pattern that the shell has resolved leaves its further files here.
    const tests = [...values.tests, ...others];
    return {
      path,
      seed: seed ?? 0,
      count: count ?? 0,
      files: files ?? 0,
      copies: copies ?? 1,
      tests,
      isList: values.list,
    };
  } catch {
    return undefined;
  }
}
