/** One connection without a session, and the outcome of its requests. It ends once and never reconnects. */
import type { Clock } from '../clock.ts';
import { DISCONNECTED, parseMessage, type Params, type RequestId, type RpcFailure } from './message.ts';
import { Requests, type Channel, type RequestListener, type RequestOptions } from './requests.ts';
import type { OpenTransport, Transport, TransportEnd } from './transport.ts';

export interface ConnectionEnd extends TransportEnd {
  /** The reason that the server gave, if it gave one. */
  readonly failure: RpcFailure | undefined;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  /**
   * The connection ends at the first line that is neither blank nor about a request. For clients that send a
   * request at once: a client that is silent for a moment is greeted like a person.
   */
  readonly strict?: boolean;
  /** What the server tells that belongs to no request. */
  readonly onNotification?: ((method: string) => void) | undefined;
}

export class Connection implements Channel {
  readonly #isStrict: boolean;
  readonly #onNotification: ConnectionOptions['onNotification'];
  readonly #transport: Transport;
  readonly #requests: Requests;
  readonly #closed = Promise.withResolvers<ConnectionEnd>();
  /** Lines that wait until the connection is open. */
  #waiting: string[] | undefined = [];
  #failure: RpcFailure | undefined;
  #isClosed = false;
  #nextId = 1;

  constructor(open: OpenTransport, { clock, strict = false, onNotification }: ConnectionOptions) {
    this.#isStrict = strict;
    this.#onNotification = onNotification;
    this.#requests = new Requests(clock);
    this.#transport = open({
      opened: () => this.#opened(),
      line: (line) => this.#receive(line),
      closed: (end) => this.#end(end),
    });
  }

  /** Settles when the connection has ended, or could not be opened. */
  get closed(): Promise<ConnectionEnd> {
    return this.#closed.promise;
  }

  /** May be called before the connection is open. */
  request(
    method: string,
    params: Params,
    listener: RequestListener,
    options: RequestOptions = {},
  ): RequestId {
    const id = this.#nextId++;
    this.#requests.add(id, method, params, listener, options);
    if (this.#isClosed) queueMicrotask(() => this.#requests.failAll(this.#failure ?? DISCONNECTED));
    else this.#send(JSON.stringify({ jsonrpc: '2.0', id, method, params, meta: options.meta }));
    return id;
  }

  /** Ends the connection; requests that are still waiting fail. */
  close(): void {
    this.#transport.abort();
    this.#end({});
  }

  #opened(): void {
    const lines = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const line of lines) this.#transport.send(line);
  }

  #send(line: string): void {
    if (this.#waiting) this.#waiting.push(line);
    else this.#transport.send(line);
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message?.type === 'response') return void this.#requests.settle(message.id, message.outcome);
    if (message?.type === 'notification') {
      if (!this.#requests.notify(message.method, message.params)) this.#onNotification?.(message.method);
      return undefined;
    }
    if (message?.type === 'closing' || (message && this.#isStrict)) this.#failure = message.failure;
    if (this.#isStrict && line !== '') this.close();
    return undefined;
  }

  #end(end: TransportEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#requests.failAll(this.#failure ?? { ...DISCONNECTED, message: end.error?.message ?? '' });
    this.#closed.resolve({ ...end, failure: this.#failure });
  }
}
