/** A person with netcat: sends lines, reads the answer as it is written, up to the `-- Usuario-N:mM` line. */
import { connect, type Socket } from 'node:net';
import { ClientError, type Answer, type ChatClient, type Target } from './chat-client.ts';
import { TextReplyReader } from './text-reply-reader.ts';

export class TextClient implements ChatClient {
  readonly #target: Target;
  readonly #closed = Promise.withResolvers<string>();
  #socket: Socket | undefined;
  #reader: TextReplyReader | undefined;
  #pending: Pending | undefined;
  #greeting: { text: string; done(): void; fail(error: Error): void } | undefined;
  #ping: { text: string; done(): void; fail(error: Error): void } | undefined;
  #session = '';
  #lastWord = '';

  constructor(target: Target) {
    this.#target = target;
  }

  get session(): string {
    return this.#session;
  }

  get connected(): boolean {
    return this.#socket?.writable ?? false;
  }

  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  /** A ping ends the greeting, however many lines it has, and spares the wait for a silent client. */
  async open(): Promise<void> {
    const { host, port, localAddress, connectTimeoutMs } = this.#target;
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => reject(new ClientError('connect_failed', error.message));
      this.#greeting = { text: '', done: resolve, fail };
      const socket = connect({ host, port, noDelay: true, ...(localAddress ? { localAddress } : {}) });
      this.#socket = socket;
      socket
        .setEncoding('utf8')
        .setTimeout(connectTimeoutMs, () => socket.destroy(new Error('no greeting in time')));
      socket.on('connect', () => void socket.write('/ping\n'));
      socket.on('data', (chunk) => this.#data(String(chunk)));
      socket.on('error', fail);
      socket.on('close', () => this.#connectionClosed());
    });
    this.#socket?.setTimeout(0);
    this.#greeting = undefined;
  }

  chat(text: string): Promise<Answer> {
    if (!this.connected) return Promise.reject(new ClientError('not_connected', 'There is no connection'));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#pending = { sentMs: performance.now(), firstMs: undefined, resolve, reject };
    this.#reader = new TextReplyReader();
    this.#socket?.write(`${text}\n`);
    return promise;
  }

  ping(): Promise<void> {
    if (!this.connected) return Promise.reject(new ClientError('not_connected', 'There is no connection'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#ping = { text: '', done: resolve, fail: reject };
    this.#socket?.write('/ping\n');
    return promise;
  }

  pause(): void {
    this.#socket?.pause();
  }

  close(): void {
    this.#socket?.end();
  }

  #data(chunk: string): void {
    const text = chunk.replaceAll('\r', '');
    if (this.#greeting) return this.#greet(this.#greeting, text);
    const closing = /(?:^|\n)FAIL \* (\w+):/.exec(text);
    if (closing?.[1]) this.#lastWord = closing[1];
    if (this.#ping) {
      this.#ping.text += text;
      if (PONG.test(this.#ping.text)) this.#ping.done();
    }
    if (!this.#pending || !this.#reader) return undefined;
    const event = this.#reader.push(text);
    if (event.began) this.#pending.firstMs ??= performance.now();
    if (event.end) this.#finish(this.#pending, event.end);
    return undefined;
  }

  #greet(greeting: { text: string; done(): void }, chunk: string): void {
    greeting.text += chunk;
    const refusal = /(?:^|\n)FAIL \* (\w+):/.exec(greeting.text);
    if (refusal?.[1]) this.#lastWord = refusal[1];
    // English calls it `User N`; its name and its traces are `Usuario-N` in every language.
    const number = /^(?:User |Usuario-)(\d+) /m.exec(greeting.text)?.[1];
    this.#session = number === undefined ? '' : `Usuario-${number}`;
    if (PONG.test(greeting.text)) greeting.done();
  }

  #finish(pending: Pending, end: NonNullable<ReturnType<TextReplyReader['push']>['end']>): void {
    this.#pending = undefined;
    this.#reader = undefined;
    if (end.kind === 'failed') return pending.reject(new ClientError(end.key, end.text));
    const endMs = performance.now();
    return pending.resolve({
      text: end.text,
      trace: end.trace,
      firstTokenMs: (pending.firstMs ?? endMs) - pending.sentMs,
      answerMs: endMs - pending.sentMs,
    });
  }

  #connectionClosed(): void {
    const error = new ClientError(this.#lastWord || 'connection_lost', 'The connection ended');
    this.#greeting?.fail(error);
    this.#ping?.fail(error);
    this.#pending?.reject(error);
    this.#pending = undefined;
    this.#closed.resolve(this.#lastWord);
  }
}

const PONG = /(?:^|\n)pong [^\n]*\n/;

interface Pending {
  readonly sentMs: number;
  firstMs: number | undefined;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}
