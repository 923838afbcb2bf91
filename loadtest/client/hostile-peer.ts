/** A bare socket that a scenario drives: it speaks no protocol, and remembers only why it was ended. */
import { connect, type Socket } from 'node:net';
import { ClientError, type Target } from './chat-client.ts';

/** Bytes of the newest input that are kept: final lines are short. */
const TAIL_LENGTH = 4_096;
const LAST_WORDS = [
  /(?:^|\n)FAIL \* (\w+):[^\n]*\n$/,
  /"reason":"(\w+)"[^\n]*"closing":true[^\n]*\n$/,
] as const;

export class HostilePeer {
  readonly #socket: Socket;
  readonly #gone = Promise.withResolvers<void>();
  #tail = '';
  #pours = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (chunk) => {
      this.#tail = (this.#tail + String(chunk)).slice(-TAIL_LENGTH);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone.resolve());
  }

  static open({ host, port, localAddress, connectTimeoutMs }: Target): Promise<HostilePeer> {
    const { promise, resolve, reject } = Promise.withResolvers<HostilePeer>();
    const options = { host, port, noDelay: true, allowHalfOpen: true };
    const socket = connect({ ...options, ...(localAddress ? { localAddress } : {}) });
    const peer = new HostilePeer(socket);
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), connectTimeoutMs);
    socket.once('connect', () => resolve(peer));
    socket.once('error', (error) => reject(new ClientError('connect_failed', error.message)));
    // The server's FIN is answered, as a kernel does for a program that has ended.
    socket.once('end', () => socket.end());
    void peer.gone.then(() => clearTimeout(timer));
    socket.once('connect', () => clearTimeout(timer));
    return promise;
  }

  /** Settles when nothing is left of the connection on this side. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** The end of what was read. */
  get tail(): string {
    return this.#tail;
  }

  /** Why the server ended the connection; empty when that was not read. */
  get lastWord(): string {
    for (const pattern of LAST_WORDS) {
      const key = pattern.exec(this.#tail)?.[1];
      if (key) return key;
    }
    return '';
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Writes whenever the socket takes more; never keeps more than one block waiting here. */
  pour(block: string): void {
    this.#pours = true;
    const fill = () => {
      while (this.#pours && this.#socket.writable) if (!this.#socket.write(block)) return;
    };
    this.#socket.on('drain', fill);
    fill();
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads what is still there. */
  readOn(): void {
    this.#pours = false;
    this.#socket.resume();
  }

  /** FIN. */
  end(): void {
    this.#socket.end();
  }

  /** RST. */
  reset(): void {
    this.#pours = false;
    this.#socket.resetAndDestroy();
  }
}
