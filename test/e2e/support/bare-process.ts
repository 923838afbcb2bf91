/** The server's process when it is not expected to do well: refused at its start, or short of disk. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PROCESS_ENVIRONMENT } from '../../support/processes.ts';

const MAIN = fileURLToPath(new URL('../../../server/main.ts', import.meta.url));

/** A start that takes longer has failed. */
const START_MS_MOST = 30_000;

const QUIET_PORTS = { APP_PORT: '0', APP_PROXY_PORT: '0', METRICS_PORT: '0', LLM_PROVIDER: 'offline' };

/** Starts a server that must not come up; what it says, and its exit code. */
export async function refusedStart(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: unknown; output: string }> {
  const child = launch(process.execPath, [MAIN], environment);
  // One that does come up ends by itself, with 0.
  child.once('message', () => child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MOST);
  const [code] = (await once(child, 'close')) as [unknown];
  clearTimeout(timer);
  return { code, output };
}

export interface LimitedServer extends AsyncDisposable {
  readonly port: number;
  readonly metricsPort: number;
}

/**
 * A server whose files cannot grow beyond so many bytes (RLIMIT_FSIZE): writes then fail, as on a full disk,
 * with EFBIG in the place of ENOSPC.
 */
export async function startLimited(
  environment: Readonly<Record<string, string>>,
  fileBytesMax: number,
): Promise<LimitedServer> {
  // POSIX counts in blocks of 512 bytes.
  const script = `ulimit -f ${Math.floor(fileBytesMax / 512)}; exec "$0" "$@"`;
  const child = launch('/bin/sh', ['-c', script, process.execPath, MAIN], environment);
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MOST);
  const [message] = (await Promise.race([once(child, 'message'), exited.then(() => [])])) as [
    { ready: { port: number; metricsPort: number } }?,
  ];
  clearTimeout(timer);
  if (!message) throw new Error('The server did not start');
  return {
    ...message.ready,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function launch(
  command: string,
  args: string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(command, args, {
    env: { ...PROCESS_ENVIRONMENT, LOG_LEVEL: 'fatal', ...QUIET_PORTS, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
