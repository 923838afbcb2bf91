/** A JSON-RPC client over a `LineClient`, for tests. */
import assert from 'node:assert/strict';
import { LineClient, type LineTransport } from './line-client.ts';

export interface RpcMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  // Tests look into messages freely.
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { code: number; message: string; data: Record<string, unknown> };
}

export class RpcClient<Lines extends LineTransport = LineClient> {
  readonly lines: Lines;
  /** Everything that was read, in order. */
  readonly messages: RpcMessage[] = [];
  #nextId = 1;

  constructor(lines: Lines) {
    this.lines = lines;
  }

  static async open(port: number, options: { localAddress?: string } = {}): Promise<RpcClient> {
    return new RpcClient(await LineClient.open(port, options));
  }

  /** Sends a request; returns its id. */
  send(method: string, params: object = {}, id: string | number = this.#nextId++): string | number {
    this.lines.send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return id;
  }

  notify(method: string, params: object): void {
    this.lines.send(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  async next(): Promise<RpcMessage> {
    let line = await this.lines.line();
    // A blank line is a sign of life, no message. [P-5]
    while (line === '') line = await this.lines.line();
    const message = JSON.parse(line) as RpcMessage & { jsonrpc?: string };
    assert.equal(message.jsonrpc, '2.0');
    this.messages.push(message);
    return message;
  }

  /** Reads on until the response with this id. */
  async response(id: string | number | null): Promise<RpcMessage> {
    for (;;) {
      const message = await this.next();
      if ('id' in message && message.id === id) return message;
    }
  }

  async notification(method: string): Promise<RpcMessage> {
    for (;;) {
      const message = await this.next();
      if (message.method === method) return message;
    }
  }

  /** The result of one operation; throws on an error response. */
  async call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const response = await this.response(this.send(method, params));
    if (!response.result) throw new Error(`${method} failed: ${JSON.stringify(response.error)}`);
    return response.result;
  }

  /** The reason of the error with which one operation fails. */
  async failure(method: string, params: object = {}): Promise<string> {
    const response = await this.response(this.send(method, params));
    assert.ok(response.error, `${method} should have failed`);
    return String(response.error.data['reason']);
  }

  destroy(): void {
    this.lines.destroy();
  }

  reset(): void {
    this.lines.reset();
  }

  [Symbol.dispose](): void {
    this.reset();
  }
}
