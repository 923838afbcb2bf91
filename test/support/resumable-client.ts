/**
 * The session of the shared client in the hands of a test: it reads one message at a time, acknowledges only
 * when told to, is cut off and comes back. Each message must have the number after the last one.
 */
import assert from 'node:assert/strict';
import type { GivenInput } from '../../shared/client/client.ts';
import { ResumableSession } from '../../shared/client/resumable-session.ts';
import type { Transport, TransportEvents } from '../../shared/client/transport.ts';
import { ManualClock } from '../../shared/clock.ts';
import type { OperationName } from '../../shared/operations/index.ts';
import type { LineTransport } from './line-client.ts';
import { RpcClient, type RpcMessage } from './rpc-client.ts';

type Connected = RpcClient<LineTransport>;

export class ResumableClient {
  readonly #connect: () => Promise<Connected>;
  readonly #session: ResumableSession;
  #rpc: Connected;
  #events: TransportEvents | undefined;
  /** The numbered messages of the session, in order, over all its connections. */
  readonly messages: RpcMessage[] = [];
  #nextId = 1_000;
  #nextOwnId = 1;

  private constructor(connect: () => Promise<Connected>, rpc: Connected) {
    this.#connect = connect;
    this.#rpc = rpc;
    const nothing = (): void => {};
    this.#session = new ResumableSession(
      {
        open: (events) => this.#open(events),
        clock: new ManualClock(),
        reconnectDelayMs: () => Infinity,
        client: { client: 'test', version: '1' },
        locale: () => 'en',
        guest: () => ({}),
        newId: () => `session-${this.#nextOwnId++}`,
        resumption: undefined,
      },
      {
        stateChanged: nothing,
        sessionStarted: ({ loss }) => assert.equal(loss, undefined),
        sessionResumed: nothing,
        caughtUp: nothing,
        notification: nothing,
        response: nothing,
        persist: nothing,
        fault: (fault, line) => assert.fail(`${fault}: ${line}`),
      },
    );
  }

  static open(port: number): Promise<ResumableClient> {
    return ResumableClient.over(() => RpcClient.open(port));
  }

  /** `connect` is asked for each connection anew. */
  static async over(connect: () => Promise<Connected>): Promise<ResumableClient> {
    const client = new ResumableClient(connect, await connect());
    client.#session.start();
    await client.#greeted();
    return client;
  }

  /** The connection, past the session. */
  get rpc(): Connected {
    return this.#rpc;
  }

  get session(): string {
    return this.#session.resumption?.session ?? '';
  }

  get lastSeq(): number {
    return this.#session.resumption?.lastSeq ?? 0;
  }

  get resumeParams() {
    const { token = '', epoch = '', lastSeq = 0 } = this.#session.resumption ?? {};
    return { resumeToken: token, epoch, lastSeq };
  }

  /** What has been streamed for a request so far. */
  streamed(requestId: string | number): string {
    return this.messages
      .filter(({ method, params }) => method === 'chat.delta' && params?.['requestId'] === requestId)
      .map(({ params }) => String(params?.['text']))
      .join('');
  }

  send<Name extends OperationName>(
    method: Name,
    params: GivenInput<Name>,
    id: string | number = this.#nextId++,
  ): string | number {
    assert.ok(this.#session.post(id, method, params), 'There is no connection');
    return id;
  }

  /** The next message of the session. */
  async next(): Promise<RpcMessage> {
    const before = this.lastSeq;
    const message = await this.#rpc.next();
    this.#deliver(message);
    assert.equal(this.lastSeq, before + 1, `the number after ${before}: ${JSON.stringify(message)}`);
    this.messages.push(message);
    return message;
  }

  async response(id: string | number): Promise<RpcMessage> {
    for (;;) {
      const message = await this.next();
      if (message.id === id) return message;
    }
  }

  /** Reads on until so much was streamed for the request. */
  async untilStreamed(requestId: string | number, text: string): Promise<void> {
    while (this.streamed(requestId).length < text.length) await this.next();
    assert.equal(this.streamed(requestId), text);
  }

  ack(): void {
    this.#rpc.notify('session.ack', { seq: this.lastSeq });
  }

  /** Breaks the connection, with a RST or a FIN; what was not read is lost. */
  cut(how: 'reset' | 'destroy' = 'reset'): void {
    this.#rpc[how]();
    this.#events?.closed({});
  }

  /** Comes back on a new connection, also while there is an older one; what it misses is read by `next`. */
  async resume(): Promise<Record<string, unknown>> {
    this.#events?.closed({});
    this.#rpc = await this.#connect();
    this.#session.connectNow();
    return this.#greeted();
  }

  /** Comes back, but the connection is lost again before the answer, and the new token with it, is read. */
  async resumeInVain(): Promise<void> {
    this.#rpc = await this.#connect();
    await this.#rpc.call('session.resume', this.resumeParams);
    this.#rpc.destroy();
  }

  [Symbol.dispose](): void {
    this.#rpc.reset();
  }

  #open(events: TransportEvents): Transport {
    const rpc = this.#rpc;
    this.#events = events;
    const end = () => rpc.destroy();
    return {
      send(line) {
        if (!line.includes('"session.ack"')) rpc.lines.send(`${line}\n`);
      },
      close: end,
      abort: end,
    };
  }

  #deliver(message: RpcMessage): void {
    this.#events?.line(JSON.stringify(message));
  }

  /** Until the server has answered to hello or resume. */
  async #greeted(): Promise<Record<string, unknown>> {
    this.#events?.opened();
    const message = await this.#rpc.next();
    assert.ok(message.result, `not greeted: ${JSON.stringify(message)}`);
    this.#deliver(message);
    assert.equal(this.#session.state.name, 'ready');
    return message.result;
  }
}
