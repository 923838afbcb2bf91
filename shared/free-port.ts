/** Ports for child processes of tests and load tests that must be told theirs before they listen. */
import { createServer } from 'node:net';
import { once } from 'node:events';

/**
 * Below the range from which the system takes ports of outgoing connections, and those that listen on port 0:
 * none of them can steal one.
 */
const FIRST = 20_000;
const COUNT = 10_000;
const ATTEMPTS = 100;

export async function freePort(random: () => number = Math.random): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST + Math.floor(random() * COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port found between ${FIRST} and ${FIRST + COUNT}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
