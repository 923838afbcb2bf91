/** Clients that keep a server busy over its deaths, and remember all that it has acknowledged. */
import type { Random } from '../../../server/ledger/simulated-disk.fixture.ts';
import { RpcClient, type RpcMessage } from '../../support/rpc-client.ts';

export interface Acknowledged {
  readonly account: string;
  readonly text: string;
  readonly answer: string;
  readonly trace: string;
  readonly charged: number;
  readonly receipt: {
    readonly index: number;
    readonly proof: string;
    readonly promptSalt: string;
    readonly answerSalt: string;
  };
}

/** What a client does to its message once the first words have come. */
type Mood = 'patient' | 'cancels' | 'cut' | 'erases';

/** Failures that a client of a healthy server meets when it asks for them. */
const EXPECTED: ReadonlySet<unknown> = new Set(['cancelled', 'draining']);

export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Signed notes that clients have kept. */
  readonly checkpoints: string[] = [];
  /** Indexes of exchanges whose erasing was acknowledged. */
  readonly erased = new Set<number>();
  /** Keys of errors that nobody asked for. */
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #random: Random;
  readonly #clients: Promise<unknown>;
  #up = Promise.withResolvers<void>();
  #isOver = false;
  #messages = 0;
  #wanted: { readonly at: number; readonly resolve: () => void } | undefined;

  constructor(port: number, clients: number, random: Random) {
    this.#port = port;
    this.#random = random;
    this.#clients = Promise.all(Array.from({ length: clients }, (_, number) => this.#client(number)));
    // Whoever waits next hears of it.
    this.#clients.catch(() => {});
  }

  /** The server can be reached, until `down`. */
  up(): void {
    this.#up.resolve();
  }

  down(): void {
    this.#up = Promise.withResolvers<void>();
  }

  /** Resolves when the clients have read so many more messages. */
  async messages(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = { at: this.#messages + count, resolve };
    await Promise.race([promise, this.#clients]);
  }

  /** Resolves when every client has its last answer. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#clients;
  }

  /** Nobody waits for what the clients still do. */
  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  async #client(number: number): Promise<void> {
    for (let round = 0; !this.#isOver; round += 1) {
      await this.#up.promise;
      await this.#session(`client ${number}, session ${round}`).catch(unlessCutOff);
    }
  }

  async #session(name: string): Promise<void> {
    using client = await RpcClient.open(this.#port);
    const { account } = await client.call('credits.balance');
    for (let message = 0; !this.#isOver && message < 8; message += 1) {
      const done = await this.#exchange(client, String(account), `${name}, message ${message}`);
      if (done && this.#random() < 0.1) await this.#keepCheckpoint(client);
    }
  }

  /** Returns false when the connection is gone. */
  async #exchange(client: RpcClient, account: string, text: string): Promise<boolean> {
    const mood = this.#mood();
    const id = client.send('chat.send', { text });
    let acts = mood === 'cancels' || mood === 'cut';
    for (;;) {
      const message = await client.next();
      this.#count();
      if (message.id === id) {
        const index = this.#keep(message, account, text);
        if (mood === 'erases' && index !== undefined) await this.#erase(client, index);
        return true;
      }
      if (!acts || message.method !== 'chat.delta') continue;
      acts = false;
      if (mood === 'cancels') client.send('chat.cancel', { requestId: id });
      else client.reset();
    }
  }

  #mood(): Mood {
    const dice = this.#random();
    if (dice < 0.15) return 'cancels';
    if (dice < 0.25) return 'cut';
    return dice < 0.32 ? 'erases' : 'patient';
  }

  #keep({ result, error }: RpcMessage, account: string, text: string): number | undefined {
    if (error && !EXPECTED.has(error.data['reason'])) this.failures.push(String(error.data['reason']));
    if (!result) return undefined;
    const {
      text: answer,
      trace,
      credits,
      receipt,
    } = result as unknown as Omit<Acknowledged, 'answer' | 'text'> & {
      readonly text: string;
      readonly credits: { readonly charged: number };
    };
    this.acknowledged.push({ account, text, answer, trace, charged: credits.charged, receipt });
    return receipt.index;
  }

  async #erase(client: RpcClient, exchange: number): Promise<void> {
    await client.call('ledger.erase', { exchange });
    this.erased.add(exchange);
  }

  async #keepCheckpoint(client: RpcClient): Promise<void> {
    const { note } = await client.call('ledger.checkpoint');
    this.checkpoints.push(String(note));
  }

  #count(): void {
    this.#messages += 1;
    if (!this.#wanted || this.#messages < this.#wanted.at) return;
    this.#wanted.resolve();
    this.#wanted = undefined;
  }
}

/** A connection that the server's death, or the client itself, has cut. */
function unlessCutOff(error: Error & { code?: string }): void {
  if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') return;
  if (!error.message.startsWith('The server ended')) throw error;
}
