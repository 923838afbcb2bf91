/**
 * Writes the body of one answer as it comes. The head is sent with the first text, so that what fails before
 * has a status of its own. A client that reads slowly is waited for.
 */
import type { FastifyReply } from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import { GATEWAY_LIMITS } from '../limits.ts';

export interface BodyWriterOptions {
  readonly contentType: string;
  /** What keeps a waiting client alive; nothing when undefined. */
  readonly keepAlive: string | undefined;
  /** Sent with the head. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  readonly clock: Pick<Clock, 'after'>;
}

export class BodyWriter {
  readonly #reply: FastifyReply;
  readonly #options: BodyWriterOptions;
  readonly #onWritten: (text: string | Uint8Array) => void;
  #isBegun = false;
  #drained: Promise<void> | undefined;
  #cancelKeepAlive = () => {};

  /** `onWritten` sees every text but those that only keep the client alive. */
  constructor(
    reply: FastifyReply,
    options: BodyWriterOptions,
    onWritten: (text: string | Uint8Array) => void = () => {},
  ) {
    this.#reply = reply;
    this.#options = options;
    this.#onWritten = onWritten;
    this.#keepAliveLater();
  }

  /** Whether the head is on its way: from now on nothing can change the status. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Resolves when the client has read on; undefined when it need not be waited for. */
  write(text: string | Uint8Array): Promise<void> | undefined {
    if (text.length === 0) return undefined;
    this.#onWritten(text);
    this.#keepAliveLater();
    return this.#put(text);
  }

  /** The last text, and the end. */
  end(text: string): void {
    this.stop();
    this.#onWritten(text);
    if (this.#isBegun) {
      this.#reply.raw.end(text);
      return;
    }
    void this.#head().send(text);
  }

  /** There is no honest way to end the body: the client must see that it is not whole. */
  cut(): void {
    this.stop();
    this.#reply.raw.destroy();
  }

  /** No more comes from here. */
  stop(): void {
    this.#cancelKeepAlive();
  }

  #put(text: string | Uint8Array): Promise<void> | undefined {
    const { raw } = this.#reply;
    this.#begin();
    if (raw.destroyed || raw.write(text)) return undefined;
    return (this.#drained ??= this.#drain());
  }

  /** One for all texts that are written before the client reads on. */
  #drain(): Promise<void> {
    const { raw } = this.#reply;
    const { promise, resolve } = Promise.withResolvers<void>();
    const goOn = () => {
      raw.off('drain', goOn);
      raw.off('close', goOn);
      this.#drained = undefined;
      resolve();
    };
    raw.on('drain', goOn);
    raw.on('close', goOn);
    return promise;
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    // nginx would collect the stream otherwise.
    this.#head().header('x-accel-buffering', 'no');
    this.#reply.hijack();
    this.#reply.raw.writeHead(200, this.#reply.getHeaders() as Record<string, string>);
  }

  #head(): FastifyReply {
    const { contentType, headers } = this.#options;
    return this.#reply
      .header('cache-control', 'no-store')
      .headers(headers?.() ?? {})
      .type(contentType);
  }

  #keepAliveLater(): void {
    const { keepAlive, clock } = this.#options;
    if (keepAlive === undefined) return;
    this.#cancelKeepAlive();
    this.#cancelKeepAlive = clock.after(GATEWAY_LIMITS.bodyKeepAliveMs, () => {
      // A client that does not read is not written to.
      if (this.#reply.raw.writableLength === 0) void this.#put(keepAlive);
      this.#keepAliveLater();
    });
  }
}
