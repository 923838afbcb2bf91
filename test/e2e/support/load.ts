/** Clients that keep a server busy over its deaths, and remember all that it has acknowledged. */
import type { Random } from '../../../server/ledger/simulated-disk.fixture.ts';
import type { RpcClient, RpcMessage } from '../../support/rpc-client.ts';
import { LoadGuest, LoadUser, type LoadPerson, type Said } from './load-guest.ts';

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

/** For the server: nobody is slowed down, and the clients share a processor with it. */
export const LOAD_ENVIRONMENT = {
  LIMIT_SNIFF_MS: '10000',
  RATE_MAX_MESSAGES: '10000',
  LIMIT_COMMANDS_PER_SECOND: '10000',
  LIMIT_COMMANDS_BURST: '10000',
  ADDRESS_CONNECTS_PER_SECOND: '10000',
  RATE_MAX_MESSAGES_USER: '10000',
  // They register by the dozen, from one address.
  ADDRESS_LIMIT_EXEMPT: '127.0.0.1',
  SIGNUP_CREDITS: '100000',
  SIGNUP_CREDITS_PER_ADDRESS: '1000000000',
  // Answers whose connections were cut run on.
  SESSION_GENERATIONS_MAX: '12',
  ANONYMOUS_CREDITS: '100000',
  ANONYMOUS_CREDITS_PER_ADDRESS: '1000000000',
} as const;

/** A client is somebody else after so many messages, over all connections. */
const MESSAGES_OF_GUEST = 12;
const MESSAGES_OF_USER = 40;
/** One client in so many is a device of a user; the others are guests. Two devices share a user. */
const USER_EVERY = 3;
const DEVICES = 2;

export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Everybody, the newest last. */
  readonly people: LoadPerson[] = [];
  /** Signed notes that clients have kept. */
  readonly checkpoints: string[] = [];
  /** Indexes of exchanges whose erasing was acknowledged. */
  readonly erased = new Set<number>();
  /** Keys of errors that nobody asked for. */
  readonly failures: string[] = [];
  /** By name. */
  readonly #users = new Map<string, LoadUser>();
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
    const device = number % USER_EVERY === 0 ? number / USER_EVERY : undefined;
    for (let life = 0; !this.#isOver; life += 1) {
      const person = device === undefined ? this.#guest() : this.#user(Math.floor(device / DEVICES), life);
      await this.#life(person, `client ${number}, life ${life}`);
    }
  }

  #guest(): LoadPerson {
    const guest = new LoadGuest();
    this.people.push(guest);
    return guest;
  }

  /** The same one for both devices. */
  #user(pair: number, life: number): LoadPerson {
    const name = `user-${pair}-${life}`;
    const known = this.#users.get(name);
    if (known) return known;
    const user = new LoadUser(`${name}@example.org`);
    this.#users.set(name, user);
    this.people.push(user);
    return user;
  }

  async #life(person: LoadPerson, name: string): Promise<void> {
    while (!this.#isOver && !isDone(person)) {
      await this.#up.promise;
      await this.#session(person, name).catch(unlessCutOff);
    }
  }

  async #session(person: LoadPerson, name: string): Promise<void> {
    using client = await person.connect(this.#port, name);
    while (!this.#isOver && !isDone(person)) {
      const done = await this.#exchange(client, person, `${name}, message ${person.said.length}`);
      if (done && this.#random() < 0.1) await this.#keepCheckpoint(client);
    }
  }

  /** Returns false when the connection is gone. */
  async #exchange(client: RpcClient, person: LoadPerson, text: string): Promise<boolean> {
    const mood = this.#mood();
    const { name, input, said } = this.#ask(person, text);
    person.said.push(said);
    const id = client.send(name, input);
    let acts = mood === 'cancels' || mood === 'cut';
    for (;;) {
      const message = await client.next();
      this.#count();
      if (message.id === id) {
        const kept = this.#keep(message, person.account, said);
        if (!kept) return true;
        said.answer = kept.answer;
        said.conversation = String(message.result?.['conversation']);
        said.promptMessage = String(message.result?.['promptMessage']);
        said.answerMessage = String(message.result?.['answerMessage']);
        if (mood !== 'erases') return true;
        person.noteErasure(said, 'asked');
        await this.#erase(client, kept.receipt.index);
        person.noteErasure(said, 'done');
        return true;
      }
      if (!acts || message.method !== 'chat.delta') continue;
      acts = false;
      if (mood === 'cancels') client.send('chat.cancel', { requestId: id });
      else client.reset();
    }
  }

  /** Most messages are new; some are new wordings of an earlier one, or want another answer to it. */
  #ask(person: LoadPerson, text: string): { name: string; input: object; said: Said } {
    const dice = this.#random();
    const receipt = 'inline';
    const { certain } = person;
    const earlier = certain[Math.floor(this.#random() * certain.length)];
    // What another device says in between may be another version.
    const follows = person.hasDevices ? undefined : person.said.at(-1);
    if (!earlier || dice < 0.7) {
      return { name: 'chat.send', input: { text, receipt }, said: { text, isVersion: false, follows } };
    }
    const version = { isVersion: true, follows: undefined };
    if (dice < 0.85) {
      const input = { message: earlier.promptMessage, text, receipt };
      return { name: 'chat.edit', input, said: { text, ...version } };
    }
    const input = { message: earlier.answerMessage, receipt };
    return { name: 'chat.regenerate', input, said: { text: earlier.text, ...version } };
  }

  #mood(): Mood {
    const dice = this.#random();
    if (dice < 0.15) return 'cancels';
    if (dice < 0.25) return 'cut';
    return dice < 0.32 ? 'erases' : 'patient';
  }

  #keep({ result, error }: RpcMessage, account: string, { text, erasure }: Said): Acknowledged | undefined {
    const isGone = error?.data['reason'] === 'not_found' && erasure !== undefined;
    if (error && !isGone && !EXPECTED.has(error.data['reason'])) this.failures.push(JSON.stringify(error));
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
    const acknowledged = { account, text, answer, trace, charged: credits.charged, receipt };
    this.acknowledged.push(acknowledged);
    return acknowledged;
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

function isDone({ said, hasDevices }: LoadPerson): boolean {
  return said.length >= (hasDevices ? MESSAGES_OF_USER : MESSAGES_OF_GUEST);
}

/** A connection that the server's death, or the client itself, has cut. */
function unlessCutOff(error: Error & { code?: string }): void {
  if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') return;
  if (!error.message.startsWith('The server ended')) throw error;
}
