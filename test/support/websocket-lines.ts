/** A WebSocket through the gateway, as lines: one message is one line. */
import { WebSocket, type RawData } from 'ws';
import type { LineTransport } from './line-client.ts';

const PATIENCE_MS = 10_000;

export class WebSocketLines implements LineTransport {
  readonly #socket: WebSocket;
  readonly #lines: string[] = [];
  #waiters: (() => void)[] = [];
  #hasEnded = false;
  received = '';

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: RawData) => {
      const line = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      this.received += `${line}\n`;
      this.#lines.push(line);
      this.#wake();
    });
    socket.on('close', () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<WebSocketLines> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on('error', reject);
    socket.on('open', () => resolve());
    const lines = new WebSocketLines(socket);
    await promise;
    return lines;
  }

  /** A message for each line. */
  send(text: string | Buffer): void {
    for (const line of String(text).split('\n')) if (line !== '') this.#socket.send(line);
  }

  async line(): Promise<string> {
    await this.#until(() => this.#lines.length > 0);
    return this.#lines.shift() ?? '';
  }

  async rest(): Promise<string> {
    await this.#until(() => this.#hasEnded);
    return this.#lines.splice(0).join('\n');
  }

  destroy(): void {
    this.#socket.close(1000);
  }

  reset(): void {
    this.#socket.terminate();
  }

  async #until(isDone: () => boolean): Promise<void> {
    const endMs = Date.now() + PATIENCE_MS;
    while (!isDone()) {
      if (this.#hasEnded) throw new Error('The WebSocket has closed');
      if (Date.now() > endMs) throw new Error('Time ran out for the WebSocket');
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.push(resolve);
      const timer = setTimeout(resolve, endMs - Date.now() + 1);
      await promise;
      clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}
