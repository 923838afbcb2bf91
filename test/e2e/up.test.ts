/** `npm start` as an operator has it: a process that is killed comes back, and a signal to npm ends all. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { RpcClient } from '../support/rpc-client.ts';
import { ROOT } from '../support/source-files.ts';
import { WebSocketLines } from '../support/websocket-lines.ts';

interface Line {
  readonly port?: number;
  readonly msg?: string;
}

const READY_MS_MAX = 30_000;

/** `next` resolves with the next line of the log that has this message. */
async function start(t: TestContext, command: string, args: readonly string[]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-up-'));
  const environment = {
    DATA_DIR: dataDir,
    LLM_PROVIDER: 'offline',
    LOG_LEVEL: 'info',
    APP_PORT: '0',
    APP_PROXY_PORT: '0',
    METRICS_PORT: '0',
    WS_PORT: '0',
    GATEWAY_DRAIN_SECONDS: '0',
  };
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(async () => {
    for (const pid of descendantsOf(child)) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    lines.push(JSON.parse(text) as Line);
    for (const wake of waiting) wake();
  });
  const next = async (pattern: RegExp): Promise<Line> => {
    const signal = AbortSignal.timeout(READY_MS_MAX);
    for (;;) {
      const at = lines.findIndex(({ msg = '' }) => pattern.test(msg));
      if (at >= 0) return lines.splice(0, at + 1).at(-1) ?? {};
      await new Promise<void>((resolve, reject) => {
        waiting.add(resolve);
        signal.addEventListener('abort', () => reject(new Error(`No line ${String(pattern)}`)));
      });
    }
  };
  return { child, next };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Linux lists them. */
function descendantsOf({ pid = 0 }: Pick<ChildProcess, 'pid'>): number[] {
  if (!isAlive(pid)) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').flatMap(Number);
  return children.filter((child) => child > 0).flatMap((child) => [child, ...descendantsOf({ pid: child })]);
}

function pidOf(parent: ChildProcess, path: string): number {
  const found = descendantsOf(parent).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path),
  );
  return found ?? assert.fail(`${path} does not run`);
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code, signal] = (await once(child, 'exit')) as unknown[];
  return code ?? signal;
}

const PAGE = /^The page is at \S+:(\d+)$/;

function portOfPage({ msg = '' }: Line): number {
  return Number(PAGE.exec(msg)?.[1]);
}

test('server and gateway come back after kill -9, at the same ports; SIGTERM ends both', async (t) => {
  const { child, next } = await start(t, './hilo', ['up']);
  const server = await next(/^The server listens$/);
  const gatewayPort = portOfPage(await next(PAGE));
  process.kill(pidOf(child, 'server/main.ts'), 'SIGKILL');
  const again = await next(/^The server listens$/);
  assert.equal(again.port, server.port);
  using rpc = new RpcClient(await WebSocketLines.open(gatewayPort));
  await rpc.call('server.ping');
  process.kill(pidOf(child, 'gateway/main.ts'), 'SIGKILL');
  assert.equal(portOfPage(await next(PAGE)), gatewayPort);
  using other = new RpcClient(await WebSocketLines.open(gatewayPort));
  await other.call('server.ping');
  const pids = descendantsOf(child);
  assert.equal(pids.length, 2);
  child.kill('SIGTERM');
  assert.equal(await exitOf(child), 0);
  assert.deepEqual(pids.filter(isAlive), []);
});

test('SIGTERM to npm start ends everything in order', async (t) => {
  // The build before it is another script.
  const { child, next } = await start(t, 'npm', ['start', '--silent', '--ignore-scripts']);
  await next(PAGE);
  const pids = descendantsOf(child);
  child.kill('SIGTERM');
  await next(/^The server has ended$/);
  await next(/^Stopped$/);
  assert.equal(await exitOf(child), 0);
  assert.deepEqual(pids.filter(isAlive), []);
});
