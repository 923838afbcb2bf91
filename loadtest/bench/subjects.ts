/** Starts what is measured and what it is measured against. */
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import { memoryOfPid } from '../stack/process-usage.ts';

const HERE = import.meta.dirname;

/** The server with a model that answers at once, so that Hilo alone is measured. */
export const INSTANT_SERVER = join(HERE, '../../test/support/instant-server.ts');
export const ECHO_FILES = {
  tcp: join(HERE, 'line-echo.ts'),
  ws: join(HERE, 'websocket-echo.ts'),
  durable: join(HERE, 'durable-echo.ts'),
} as const;
export const GC_ON_SIGNAL = ['--expose-gc', '--import', join(HERE, 'gc-on-signal.ts')] as const;

const SETTLE_MS = 400;
const SETTLES = 4;

export interface Echo {
  readonly child: Child;
  readonly port: number;
}

/** Starts a program that sends its port to its parent. */
export async function startEcho(
  file: string,
  options: readonly string[] = [],
  args: readonly string[] = [],
): Promise<Echo> {
  const child = new Child({ name: file, args: [...options, file, ...args] });
  const { port } = (await child.message()) as { port: number };
  return { child, port };
}

/** Load comes from a process of its own: what drives must not share a core's time with what is driven. */
export function loadProcess(): Child {
  return new Child({ name: 'load', args: [join(HERE, 'load-process.ts')] });
}

/** Resident bytes after all garbage is gone. The child must have been started with `GC_ON_SIGNAL`. */
export async function settledBytes(child: Child): Promise<number> {
  for (let settle = 0; settle < SETTLES; settle += 1) {
    child.signal('SIGUSR2');
    await pause(SETTLE_MS);
  }
  return (await memoryOfPid(child.pid))?.residentBytes ?? Number.NaN;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
