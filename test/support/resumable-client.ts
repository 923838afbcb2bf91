/**
 * A client that can be cut off and come back; it insists that the numbers of its messages are consecutive.
 */
import assert from 'node:assert/strict';
import type { LineTransport } from './line-client.ts';
import { RpcClient, type RpcMessage } from './rpc-client.ts';

type Connected = RpcClient<LineTransport>;

export class ResumableClient {
  readonly #connect: () => Promise<Connected>;
  #rpc: Connected;
  #token = '';
  epoch = '';
  session = '';
  lastSeq = 0;
  /** The numbered messages of the session, in order, over all its connections. */
  readonly messages: RpcMessage[] = [];
  #nextId = 1_000;

  private constructor(connect: () => Promise<Connected>, rpc: Connected) {
    this.#connect = connect;
    this.#rpc = rpc;
  }

  static open(port: number): Promise<ResumableClient> {
    return ResumableClient.over(() => RpcClient.open(port));
  }

  /** `connect` is asked for each connection anew. */
  static async over(connect: () => Promise<Connected>): Promise<ResumableClient> {
    const client = new ResumableClient(connect, await connect());
    const result = await client.#rpc.call('session.hello', { client: 'test', version: '1' });
    client.#accept(result);
    return client;
  }

  get rpc(): Connected {
    return this.#rpc;
  }

  get resumeParams() {
    return { resumeToken: this.#token, epoch: this.epoch, lastSeq: this.lastSeq };
  }

  /** What has been streamed for a request so far. */
  streamed(requestId: string | number): string {
    return this.messages
      .filter(({ method, params }) => method === 'chat.delta' && params?.['requestId'] === requestId)
      .map(({ params }) => String(params?.['text']))
      .join('');
  }

  send(method: string, params: object, id: string | number = this.#nextId++): string | number {
    return this.#rpc.send(method, params, id);
  }

  /** The next message of the session. */
  async next(): Promise<RpcMessage> {
    const message = await this.#rpc.next();
    const seq = (message.params ?? message.result ?? message.error?.data)?.['seq'];
    assert.equal(seq, this.lastSeq + 1, `seq of ${JSON.stringify(message)}`);
    this.lastSeq += 1;
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
  }

  /** Comes back on a new connection; what it misses is read by `next`. */
  async resume(): Promise<Record<string, unknown>> {
    this.#rpc = await this.#connect();
    const before = this.lastSeq;
    const result = await this.#rpc.call('session.resume', this.resumeParams);
    this.#accept(result);
    assert.equal(result['seq'], before + Number(result['replayed']));
    return result;
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

  #accept(result: Record<string, unknown>): void {
    this.#token = String(result['resumeToken']);
    this.epoch = String(result['epoch']);
    this.session = String(result['session']);
  }
}
