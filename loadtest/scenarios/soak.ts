/**
 * Messages at a steady rate, whether answers come or not. A message that finds no free client waits, and its
 * latency counts from the moment at which it was due: a server that stalls cannot hide the messages that it
 * held up (coordinated omission).
 */
import type { ChatClient } from '../client/chat-client.ts';
import type { Run } from './run.ts';

interface Free {
  client: ChatClient;
  readonly index: number;
  sent: number;
}

export async function soak(run: Run): Promise<void> {
  const { rate, seconds } = run.options;
  const clients = await run.openAll((index) => run.open(index));
  const queue = new ClientQueue();
  for (const [index, client] of clients.entries()) if (client) queue.put({ client, index, sent: 0 });
  if (queue.size === 0) return run.violation('No client could connect');
  run.recorder.begin();
  run.stage('soaking', rate * seconds);
  const startMs = performance.now();
  const running = new Set<Promise<void>>();
  for (let number = 0; number < rate * seconds && !run.stopped; number += 1) {
    const dueMs = startMs + (number * 1_000) / rate;
    await run.wait(dueMs - performance.now());
    const exchange = send(run, queue, dueMs).finally(() => running.delete(exchange));
    running.add(exchange);
  }
  await Promise.all(running);
  queue.closeAll();
}

async function send(run: Run, queue: ClientQueue, dueMs: number): Promise<void> {
  const free = await queue.take();
  if (!run.stopped) {
    free.sent += 1;
    await run.exchange(free.client, free.index, free.sent, dueMs);
    run.progress.done += 1;
    if (!free.client.connected) await reopen(run, free);
  }
  queue.put(free);
}

/** A client that lost its connection comes back as a new one, as long as that is possible. */
async function reopen(run: Run, free: Free): Promise<void> {
  const client = run.stopped ? undefined : await run.open(free.index);
  if (!client) return;
  run.checker.forget(free.index);
  free.client = client;
}

/** Clients take turns, so that each stays within its own rate. */
class ClientQueue {
  readonly #free: Free[] = [];
  readonly #waiting: ((free: Free) => void)[] = [];

  get size(): number {
    return this.#free.length;
  }

  put(free: Free): void {
    const next = this.#waiting.shift();
    if (next) next(free);
    else this.#free.push(free);
  }

  closeAll(): void {
    for (const { client } of this.#free) client.close();
  }

  take(): Promise<Free> {
    const free = this.#free.shift();
    return free ? Promise.resolve(free) : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
