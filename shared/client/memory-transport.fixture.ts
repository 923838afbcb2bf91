/** A transport in memory; the test acts as its other end. */
import type { Params } from './message.ts';
import type { PausableTransport, TransportEnd, TransportEvents } from './transport.ts';

/** The other end of one connection. */
export class MemoryPeer implements PausableTransport {
  /** What the client has sent. */
  readonly sent: Params[] = [];
  /** Whether the client has ended the connection. */
  ended = false;
  readonly #events: TransportEvents;
  readonly #wakers = new Set<() => void>();

  constructor(events: TransportEvents) {
    this.#events = events;
  }

  send(line: string): void {
    this.sent.push(JSON.parse(line) as Params);
    for (const wake of this.#wakers) wake();
  }

  close(): void {
    this.ended = true;
  }

  abort(): void {
    this.ended = true;
  }

  pause(): void {}

  resume(): void {}

  open(): void {
    this.#events.opened();
  }

  raw(line: string): void {
    this.#events.line(line);
  }

  say(message: Params): void {
    this.raw(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  notify(method: string, params: Params): void {
    this.say({ method, params });
  }

  /** Answers the last request. */
  answer(result: Params): void {
    this.say({ id: this.sent.at(-1)?.['id'], result });
  }

  /** Answers the last request with an error. */
  refuse(reason: string, more: Params = {}): void {
    this.say({ id: this.sent.at(-1)?.['id'], error: { code: 0, message: '', data: { reason, ...more } } });
  }

  drop(end: TransportEnd = { code: 1006, reason: '' }): void {
    this.#events.closed(end);
  }

  /** The input of each request of this operation. */
  inputs(method: string): unknown[] {
    return this.sent.filter((message) => message['method'] === method).map(({ params }) => params);
  }

  /** Resolves when the client has sent a request of this operation, or at once if it already has. */
  async requested(method: string): Promise<Params> {
    for (;;) {
      const found = this.sent.findLast((message) => message['method'] === method);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakers.add(resolve);
      await promise;
      this.#wakers.delete(resolve);
    }
  }
}

/** A network in memory that a client can connect to as often as it likes. */
export class MemoryNetwork {
  readonly peers: MemoryPeer[] = [];

  readonly open = (events: TransportEvents): MemoryPeer => {
    const peer = new MemoryPeer(events);
    this.peers.push(peer);
    return peer;
  };

  /** The other end of the newest connection. */
  get peer(): MemoryPeer {
    const last = this.peers.at(-1);
    if (!last) throw new Error('Nobody has connected');
    return last;
  }
}
