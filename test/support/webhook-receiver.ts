/** A receiver of webhooks that answers as a test says, and keeps what it was sent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../shared/clock.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

type Answer = (response: ServerResponse, received: Received) => void;

const WAIT_MS = 15_000;

export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: Answer = (response) => void response.writeHead(204).end();
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, url = '' } = request;
      const one = { headers, path: url, body: Buffer.concat(chunks).toString() };
      this.received.push(one);
      this.answer(response, one);
      this.#wake();
    });
  });
  #wake = () => {};

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/hook`;
  }

  /** Resolves with the request of this number, counted from 1. */
  async request(number: number): Promise<Received> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = systemClock.after(WAIT_MS, () =>
      reject(new assert.AssertionError({ message: `There are ${this.received.length} requests` })),
    );
    const keepAlive = setInterval(() => {}, WAIT_MS);
    try {
      for (;;) {
        const one = this.received[number - 1];
        if (one) return one;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await Promise.race([promise, late]);
      }
    } finally {
      cancel();
      clearInterval(keepAlive);
    }
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
