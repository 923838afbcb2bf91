/**
 * `npm run test:long`: the tests that kill, crash and back up again and again, and the load test with 8,000
 * idle clients. Prints what each did. It takes most of an hour, so `npm test` does the same with few rounds.
 * SEED=2 and so on choose other moments.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const TEST_MS_MAX = 60 * 60 * 1_000;

interface LongRun {
  readonly what: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const RUNS: readonly LongRun[] = [
  test('server/ledger/crash.test.ts', { CRASHES: '20000' }),
  test('test/crash.test.ts', { POINTS: '20000', TORN_EVERY: '1' }),
  test('server/companion/danger/assess.test.ts', { SENTENCES: '100000' }),
  test('server/store/store-kill.test.ts', { KILLS: '100' }),
  test('test/e2e/kill.test.ts', { KILLS: '50' }),
  test('test/e2e/ledger-kill.test.ts', { KILLS: '50' }),
  test('test/e2e/job-kill.test.ts', { KILLS: '50' }),
  test('test/e2e/backup.test.ts', { BACKUPS: '20' }),
  test('test/e2e/data-0-1.test.ts', { FULL_DISKS: '37' }),
  {
    what: 'load test: hostile clients among 8,000 idle ones',
    args: ['loadtest/main.ts', 'hostile', '--self-contained', '--clients', '8000'],
    environment: {},
  },
];

const results: string[] = [];
for (const run of RUNS) {
  process.stdout.write(`\n── ${run.what}\n`);
  const startedMs = performance.now();
  const hasPassed = await passes(run);
  if (!hasPassed) process.exitCode = 1;
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  results.push(`${hasPassed ? 'passed' : 'FAILED'}  ${String(seconds).padStart(5)} s  ${run.what}`);
}
process.stdout.write(`\n${results.join('\n')}\n`);

function test(file: string, environment: Readonly<Record<string, string>>): LongRun {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const args = ['--test', `--test-timeout=${TEST_MS_MAX}`, file];
  return { what: `${settings.join(' ')} ${file}`, args, environment };
}

async function passes({ args, environment }: LongRun): Promise<boolean> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}
