/**
 * Runs the tests: `node test/run.ts unit e2e`. What many files need (a PostgreSQL, compiled sources) is made
 * once, and no test waits for ever. A single file needs none of this: `npx node --test test/tidy.test.ts`.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startPostgres } from '../server/store/postgres.fixture.ts';
import { COMPILE_CACHE } from '../shared/process-settings.ts';

const ROOT = join(import.meta.dirname, '..');
const E2E = 'test/e2e/*.test.ts';
const UNIT = [
  '{shared,server,gateway,web,loadtest,cli}/**/*.test.ts',
  'test/*.test.ts',
  'test/ledger/*.test.ts',
] as const;

/** They compare times, or fill the machine by themselves: nothing else may run meanwhile. */
const ALONE: readonly string[] = ['test/e2e/hostile.test.ts', 'test/e2e/hostile-load.test.ts'];

/** Nothing takes longer: at the end the others would wait for it. */
const FIRST: readonly string[] = ['test/documents.test.ts'];

const TEST_MS_MAX = 120_000;
/** One more than a small machine has processors: some wait for a process to start, or for a limit. */
const AT_ONCE = 3;
const SLOWEST_SHOWN = 12;

const APART = [...ALONE, ...FIRST];

const groups = process.argv.slice(2);
const unknown = groups.filter((group) => group !== 'unit' && group !== 'e2e');
if (groups.length === 0 || unknown.length > 0) {
  process.stderr.write('Usage: node test/run.ts [unit] [e2e]\n');
  process.exit(2);
}

// Those of whole processes take longest, so they come first: at the end no single one is waited for.
const files = [
  ...(groups.includes('e2e') ? globSync(E2E, { cwd: ROOT }).sort() : []),
  ...(groups.includes('unit') ? UNIT.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).sort()) : []),
];
const startedMs = performance.now();
const durationsMs = new Map<string, number>();
const postgres = await startPostgres();
try {
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, COMPILE_CACHE);
  process.env['HILO_TEST_DATABASE_URL'] = postgres.url;
  await runFiles(
    [...FIRST.filter((file) => files.includes(file)), ...files.filter((file) => !APART.includes(file))],
    AT_ONCE,
  );
  await runFiles(
    files.filter((file) => ALONE.includes(file)),
    1,
  );
} finally {
  await postgres.stop();
}
tellTimes();

async function runFiles(paths: readonly string[], concurrency: number): Promise<void> {
  if (paths.length === 0) return;
  const events = run({
    files: paths.map((path) => join(ROOT, path)),
    concurrency,
    execArgv: [`--test-timeout=${TEST_MS_MAX}`, `--import=${join(ROOT, 'test/support/end-in-time.ts')}`],
  });
  events.on('test:fail', () => (process.exitCode = 1));
  events.on('test:complete', ({ nesting, file, details }) => {
    if (nesting > 0 || file === undefined) return;
    durationsMs.set(file, (durationsMs.get(file) ?? 0) + details.duration_ms);
  });
  for await (const text of events.compose(spec)) process.stdout.write(String(text));
}

function tellTimes(): void {
  const slowest = [...durationsMs].sort(([, one], [, other]) => other - one).slice(0, SLOWEST_SHOWN);
  const lines = slowest.map(([file, ms]) => `${seconds(ms).padStart(8)}  ${file.replace(`${ROOT}/`, '')}`);
  const total = seconds(performance.now() - startedMs);
  process.stdout.write(`\n${files.length} files in ${total}, the slowest:\n${lines.join('\n')}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
