/** Reads the body of a request into memory, within a limit for it and one for all bodies together. */
import type { IncomingMessage } from 'node:http';
import { ApiRefusal } from './api-errors.ts';

export class Bodies {
  readonly #bytesMax: number;
  readonly #held = new Map<IncomingMessage, number>();
  #bytes = 0;

  /** `bytesMax` is for all requests in progress. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of requests in progress. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rejects with `body_too_large` or `full` as soon as that is known. */
  async read(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
    const tooLarge = () => new ApiRefusal('body_too_large', { max: bytesMax });
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      const part = chunk as Buffer;
      bytes += part.length;
      this.#bytes += part.length;
      this.#held.set(request, bytes);
      if (bytes > bytesMax) throw tooLarge();
      if (this.#bytes > this.#bytesMax) throw new ApiRefusal('full');
      chunks.push(part);
    }
    return Buffer.concat(chunks, bytes);
  }

  /** The request is over. */
  release(request: IncomingMessage): void {
    this.#bytes -= this.#held.get(request) ?? 0;
    this.#held.delete(request);
  }
}
