import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { descriptorLimit } from '../shared/descriptor-limit.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs the program until it ends by itself. */
async function run(environment: Record<string, string>): Promise<{ exitCode: number; errors: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, LOG_LEVEL: 'silent', ...environment },
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { exitCode, errors };
}

test('a faulty configuration ends the program with every fault told', async () => {
  const { exitCode, errors } = await run({ WS_PORT: 'x', TCP_PORT: '-1' });
  assert.equal(exitCode, 2);
  assert.match(errors, /WS_PORT: expected a whole number .*, found "x"\n {2}TCP_PORT: .*, found "-1"\n$/);
});

test('an address that is taken ends the program', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { exitCode, errors } = await run({ WS_PORT: String((taken.address() as AddressInfo).port) });
  assert.equal(exitCode, 1);
  assert.match(errors, /EADDRINUSE/);
  taken.close();
});

test('the limit of descriptors is unknown where the system does not tell', () => {
  assert.equal(descriptorLimit('/nonexistent'), Infinity);
  assert.ok(descriptorLimit() > 0);
});
