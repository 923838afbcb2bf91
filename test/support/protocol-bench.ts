/** A server on a clock that stands still, and clients of it: for tests of the rules in docs/protocol.md. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { LineClient } from './line-client.ts';
import { RpcClient } from './rpc-client.ts';
import { PacedProvider, providersOf } from './scripted-provider.ts';
import { startTestServer } from './test-server.ts';

/** Answers of the companion then wait for the clock, piece by piece. */
export const SLOW_ANSWERS = { COMPANION_DELAY_MS: '100' };

const STEP_MS = 250;
/** Many steps: what comes to a busy server is in its queue long before the answer ends. */
const BUSY_PAUSE_MS = 5_000;
const ELAPSED_MAX_MS = 60 * 60_000;
const TURNS_OF_MOMENT = 4;

type Server = Awaited<ReturnType<typeof startTestServer>>;

export class ProtocolBench implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly #clients: { destroy(): void }[] = [];
  readonly server: Server;
  #drained: Promise<void> | undefined;

  private constructor(server: Server, clock: ManualClock) {
    this.server = server;
    this.clock = clock;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ProtocolBench> {
    const clock = new ManualClock(1_000);
    return new ProtocolBench(await startTestServer({ clock, environment }), clock);
  }

  /** With a model that takes one call at a time, and time for each. */
  static async startBusy(): Promise<ProtocolBench> {
    const clock = new ManualClock(1_000);
    const environment = { MAX_IN_FLIGHT: '1' };
    const providers = providersOf(new PacedProvider(clock, BUSY_PAUSE_MS));
    return new ProtocolBench(await startTestServer({ clock, environment, providers }), clock);
  }

  async lines(port = this.server.port): Promise<LineClient> {
    const client = await LineClient.open(port);
    this.#clients.push(client);
    return client;
  }

  /** A client that was greeted. */
  async person(): Promise<LineClient> {
    const client = await this.lines();
    client.send('/ping\n');
    await client.until(/pong .*\n/);
    return client;
  }

  async program(): Promise<RpcClient> {
    const client = await RpcClient.open(this.server.port);
    this.#clients.push(client);
    return client;
  }

  /** Resolves when the server has taken in what all clients have sent before. */
  async settled(): Promise<void> {
    const client = await this.program();
    await client.call('server.ping');
    await client.call('server.ping');
  }

  /**
   * Lets time pass until `event` has come; returns its value and how long that took on the server's clock.
   */
  async elapseUntil<Value>(
    event: Promise<Value>,
    stepMs = STEP_MS,
  ): Promise<{ value: Value; elapsedMs: number }> {
    const arrived: Value[] = [];
    const arrival = event.then((value) => arrived.push(value));
    const startMs = this.clock.now();
    await this.settled();
    while (arrived.length === 0 && this.clock.now() - startMs < ELAPSED_MAX_MS) {
      this.clock.advance(stepMs);
      await Promise.race([arrival, aMoment()]);
    }
    if (arrived.length === 0) throw new Error('It never came');
    return { value: await event, elapsedMs: this.clock.now() - startMs };
  }

  /** Only the first call drains; all resolve at its end. */
  drain(): Promise<void> {
    return (this.#drained ??= this.server.drain());
  }

  async metric(line: string): Promise<string | undefined> {
    const response = await fetch(`http://127.0.0.1:${this.server.metricsPort}/metrics`);
    const text = await response.text();
    return text.split('\n').find((each) => each.startsWith(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    const gone = this.drain();
    await this.letTimePassUntil(gone);
  }

  /** Does not ask the server whether it has settled: it may be ending. */
  async letTimePassUntil(event: Promise<unknown>, stepMs = STEP_MS): Promise<void> {
    const progress = { isOver: false };
    const over = event.then(() => (progress.isOver = true));
    const startMs = this.clock.now();
    while (!progress.isOver) {
      if (this.clock.now() - startMs > ELAPSED_MAX_MS) throw new Error('It never came');
      this.clock.advance(stepMs);
      await Promise.race([over, aMoment()]);
    }
  }
}

/**
 * A moment of real time, in which sockets and disks get their say. On a busy machine the moment may be over
 * before the event loop has looked at the sockets even once, so it has to go round some times as well.
 */
async function aMoment(): Promise<void> {
  await setTimeout(1);
  for (let turn = 0; turn < TURNS_OF_MOMENT; turn += 1) await setImmediate();
}
