/** One run: what all scenarios share. */
import type { ChatClient } from '../client/chat-client.ts';
import { ClientError } from '../client/chat-client.ts';
import { createClient, createSessionClient, transportOf, type Targets } from '../client/create-client.ts';
import type { SessionClient } from '../client/session-client.ts';
import type { RunRecorder } from '../measure/run-recorder.ts';
import { AnswerChecker } from './answer-checker.ts';
import type { Options } from './options.ts';

/** Refusals that the limits promise; they do not make a run fail. */
const REFUSALS: ReadonlySet<string> = new Set([
  'rate_limited',
  'too_many_pending',
  'queue_full',
  'server_full',
  'draining',
  'insufficient_credits',
  'credits_held',
  'address_credits_used',
  'upstream_failed',
  'upstream_timeout',
  'upstream_unavailable',
  'upstream_rate_limited',
]);

export interface Progress {
  label: string;
  done: number;
  total: number;
}

export interface RunParts {
  readonly options: Options;
  readonly targets: Targets;
  readonly recorder: RunRecorder;
  readonly random: () => number;
  /** Server and gateway memory now, in bytes. */
  readonly memory: () => Promise<{ serverBytes: number | undefined; gatewayBytes: number | undefined }>;
}

export type Scenario = (run: Run) => Promise<void>;

export class Run {
  readonly options: Options;
  readonly targets: Targets;
  readonly recorder: RunRecorder;
  readonly checker: AnswerChecker;
  readonly random: () => number;
  readonly memory: RunParts['memory'];
  readonly progress: Progress = { label: '', done: 0, total: 0 };
  readonly #clients = new Set<ChatClient>();
  /** Ends each wait that goes on. */
  readonly #wakeUps = new Set<() => void>();
  #stopped = false;

  constructor(parts: RunParts) {
    this.options = parts.options;
    this.targets = parts.targets;
    this.recorder = parts.recorder;
    this.random = parts.random;
    this.memory = parts.memory;
    // The mark must differ between runs against one server, so it does not come from the seed.
    const mark = Date.now().toString(36);
    this.checker = new AnswerChecker(mark, this.options.expect, (text) => this.violation(text));
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends the run early: everything that waits gives up. */
  stop(): void {
    this.#stopped = true;
    for (const wakeUp of this.#wakeUps) wakeUp();
    for (const client of this.#clients) client.close();
  }

  violation(text: string): void {
    if (!this.stopped) this.recorder.violation(text);
  }

  /** What the progress bar shows from here on. */
  stage(label: string, total: number): void {
    Object.assign(this.progress, { label, total, done: 0 });
  }

  /** Opens the client with this number; undefined when that failed, which is then recorded. */
  async open(index: number): Promise<ChatClient | undefined> {
    const transport = transportOf(this.options.transport, index);
    return this.#open(createClient(this.targets, transport, index, this));
  }

  /** As `open`, always with a session that can be resumed: the text face has none. */
  async openSession(
    index: number,
    chosen = transportOf(this.options.transport, index),
  ): Promise<SessionClient | undefined> {
    const transport = chosen === 'tcp' ? 'json' : chosen;
    return this.#open(createSessionClient(this.targets, transport, index, this));
  }

  /** Opens all clients, some at a time. A hole is one that failed. */
  async openAll<Client>(
    open: (index: number) => Promise<Client>,
    count = this.options.clients,
  ): Promise<Client[]> {
    const clients: Client[] = [];
    this.stage('connecting', count);
    await forEachIndex(count, this.options.ramp, async (index) => {
      if (this.stopped) return;
      clients[index] = await open(index);
      this.progress.done += 1;
    });
    return clients;
  }

  /** Sends one message and checks the answer. False when there was none. */
  async exchange(client: ChatClient, index: number, message: number, scheduledMs?: number): Promise<boolean> {
    const asked = this.checker.ask(index, message, this.options.bytes);
    const sentMs = performance.now();
    const late = scheduledMs === undefined ? 0 : Math.max(sentMs - scheduledMs, 0);
    try {
      const answer = await this.withTimeout(client.chat(asked.text));
      this.recorder.answer(answer.firstTokenMs + late, answer.answerMs + late);
      this.checker.check(asked, client.session, answer);
      return true;
    } catch (error) {
      this.failed(error, `client ${index} (${client.session}), message ${message}`);
      return false;
    }
  }

  /** Rejects with `no_answer` when nothing came in time. */
  async withTimeout<Value>(answer: Promise<Value>): Promise<Value> {
    const { promise, reject } = Promise.withResolvers<never>();
    const seconds = this.options.timeoutSeconds;
    const late = () => reject(new ClientError('no_answer', `No answer within ${seconds} s`));
    const timer = setTimeout(late, seconds * 1_000);
    try {
      return await Promise.race([answer, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Counts a failure; what is not an open refusal breaks the promise that each message is answered. */
  failed(error: unknown, who: string): void {
    if (this.stopped) return;
    const key = error instanceof ClientError ? error.key : 'internal_error';
    this.recorder.error(key);
    if (REFUSALS.has(key)) return;
    this.violation(`${who}: ${key}: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** Waits; less when the run is stopped. */
  async wait(ms: number): Promise<void> {
    if (this.stopped || ms <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wakeUps.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#wakeUps.delete(resolve);
  }

  /** Lets so many seconds pass, seen in the progress. */
  async tick(seconds: number): Promise<void> {
    for (let second = 0; second < seconds && !this.stopped; second += 1) {
      await this.wait(1_000);
      this.progress.done += 1;
    }
  }

  async #open<Client extends ChatClient>(client: Client): Promise<Client | undefined> {
    const startMs = performance.now();
    try {
      await client.open();
    } catch (error) {
      this.failed(error, 'connecting');
      return undefined;
    }
    this.recorder.latency('connect', performance.now() - startMs);
    this.#clients.add(client);
    void client.closed.then(() => this.#clients.delete(client));
    return client;
  }
}

/** Runs `task` for 0 … count − 1, at most `limit` at the same time. */
export async function forEachIndex(
  count: number,
  limit: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
}
