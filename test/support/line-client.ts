/** A TCP client for tests: sends raw bytes, waits for what it expects, keeps everything it got. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { once } from 'node:events';

const PATIENCE_MS = 30_000;

/** What a client of either transport can do. */
export interface LineTransport {
  readonly received: string;
  send(text: string | Buffer): void;
  line(): Promise<string>;
  rest(): Promise<string>;
  destroy(): void;
  reset(): void;
}

export interface LineClientOptions {
  readonly host?: string;
  readonly localAddress?: string;
  /** Over TLS, with this certificate. */
  readonly ca?: string;
}

export class LineClient implements LineTransport {
  readonly socket: Socket;
  #received = '';
  #position = 0;
  #hasEnded = false;
  readonly #wakers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#wake();
    });
    const end = () => {
      this.#hasEnded = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  static async open(port: number, options: LineClientOptions = {}): Promise<LineClient> {
    const { host = '127.0.0.1', localAddress, ca } = options;
    const where = {
      port,
      host,
      allowHalfOpen: true,
      noDelay: true,
      ...(localAddress ? { localAddress } : {}),
    };
    const socket = ca === undefined ? connect(where) : connectTls({ ...where, ca });
    const client = new LineClient(socket);
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    return client;
  }

  /** Everything that came so far. */
  get received(): string {
    return this.#received;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** The next text up to and with `pattern`, from where the last wait stopped. */
  async until(pattern: string | RegExp): Promise<string> {
    return this.#wait(() => {
      const rest = this.#received.slice(this.#position);
      const end = typeof pattern === 'string' ? endOf(rest, pattern) : endOfMatch(rest, pattern);
      if (end === undefined) return undefined;
      this.#position += end;
      return rest.slice(0, end);
    }, String(pattern));
  }

  /** The next whole line, without its LF. */
  async line(): Promise<string> {
    return (await this.until('\n')).slice(0, -1);
  }

  /** Everything from where the last wait stopped up to the server's FIN. */
  async rest(): Promise<string> {
    return this.#wait(() => {
      if (!this.#hasEnded) return undefined;
      const rest = this.#received.slice(this.#position);
      this.#position = this.#received.length;
      return rest;
    }, 'the end');
  }

  /** Resolves when so many characters have come in all; the next wait begins where it would have. */
  async receives(characters: number): Promise<void> {
    await this.#wait(() => this.#received.length >= characters || undefined, `${characters} characters`);
  }

  end(): void {
    this.socket.end();
  }

  /** Closes; the server sees a FIN, as it does when a client says that it has said everything. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Closes with a RST: the server sees at once that nobody is there any more. */
  reset(): void {
    // Node cannot reset what is encrypted.
    if (this.socket instanceof TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  async #wait<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    const endMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      const isOver = this.#hasEnded && what !== 'the end';
      if (isOver || Date.now() > endMs) {
        const got = JSON.stringify(this.#received.slice(this.#position).slice(-2_000));
        throw new Error(`${this.#hasEnded ? 'The server ended' : 'Time ran out'} before ${what}; got ${got}`);
      }
      await this.#change(endMs - Date.now());
    }
  }

  #change(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, patienceMs + 1));
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

function endOf(text: string, part: string): number | undefined {
  const index = text.indexOf(part);
  return index < 0 ? undefined : index + part.length;
}

function endOfMatch(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text);
  return match ? match.index + match[0].length : undefined;
}
