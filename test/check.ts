/** `npm run check`: types, lint and format. All run at once, and each shows its output when it has ended. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BINARIES = join(ROOT, 'node_modules/.bin');

/** The one that takes longest comes first. */
const CHECKS = [
  ['prettier', '--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'web/tsconfig.json'],
] as const;

const results = await Promise.all(CHECKS.map((command) => passes(command)));
if (results.includes(false)) process.exitCode = 1;

async function passes([program, ...args]: (typeof CHECKS)[number]): Promise<boolean> {
  const env = { ...process.env, PATH: [BINARIES, process.env['PATH']].join(delimiter) };
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const hasPassed = code === 0;
  if (!hasPassed) process.stdout.write(`${[program, ...args].join(' ')}\n${(await outputs).join('')}\n`);
  return hasPassed;
}
