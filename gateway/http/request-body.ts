/** Reads the body of a request, within a limit for it, one for all bodies together, and one for the time. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { ApiRefusal } from './api-errors.ts';

export interface BodiesOptions {
  readonly clock: Clock;
  /** Of all requests in progress. */
  readonly bytesMax: number;
  /** For a whole body that is kept in memory, and for each part of a longer one. */
  readonly readMs: number;
}

/** A body that is too long to be kept in memory, to be read once. */
export class LargeBody {
  readonly pieces: AsyncIterable<Buffer>;
  /** If the client has said it. */
  readonly bytes: number | undefined;

  constructor(pieces: AsyncIterable<Buffer>, bytes: number | undefined) {
    this.pieces = pieces;
    this.bytes = bytes;
  }
}

type Chunks = AsyncIterator<Buffer, undefined>;

export class Bodies {
  readonly #options: BodiesOptions;
  readonly #held = new Map<IncomingMessage, number>();
  #bytes = 0;

  constructor(options: BodiesOptions) {
    this.#options = options;
  }

  /** Bytes of requests in progress. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rejects with `body_too_large`, `full` or `too_slow` as soon as that is known. */
  async read(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
    const body = await this.#read(request, bytesMax);
    if (body instanceof LargeBody) throw new ApiRefusal('body_too_large', { max: bytesMax });
    return body;
  }

  /** What is longer than `bytesMax` can be read in pieces. Rejects with `full` or `too_slow`. */
  readAny(request: IncomingMessage, bytesMax: number): Promise<Buffer | LargeBody> {
    return this.#read(request, bytesMax);
  }

  /** The request is over. */
  release(request: IncomingMessage): void {
    this.#bytes -= this.#held.get(request) ?? 0;
    this.#held.delete(request);
  }

  async #read(request: IncomingMessage, bytesMax: number): Promise<Buffer | LargeBody> {
    const { clock, readMs } = this.#options;
    const said = request.headers['content-length'];
    const length = said === undefined ? undefined : Number(said);
    const source = request.iterator({ destroyOnReturn: false }) as Chunks;
    const chunks: Buffer[] = [];
    if (length !== undefined && length > bytesMax) {
      return new LargeBody(this.#pieces(chunks, source), length);
    }
    const lateAtMs = clock.monotonic() + readMs;
    let bytes = 0;
    for (;;) {
      const next = await this.#inTime(source, lateAtMs - clock.monotonic());
      if (next.done) return Buffer.concat(chunks, bytes);
      chunks.push(next.value);
      bytes += next.value.length;
      this.#hold(request, next.value.length);
      if (bytes > bytesMax) return new LargeBody(this.#pieces(chunks, source), length);
    }
  }

  #hold(request: IncomingMessage, bytes: number): void {
    this.#bytes += bytes;
    this.#held.set(request, (this.#held.get(request) ?? 0) + bytes);
    if (this.#bytes > this.#options.bytesMax) throw new ApiRefusal('full');
  }

  async *#pieces(read: Buffer[], source: Chunks): AsyncGenerator<Buffer> {
    yield* read.splice(0);
    for (;;) {
      const next = await this.#inTime(source, this.#options.readMs);
      if (next.done) return;
      yield next.value;
    }
  }

  async #inTime(source: Chunks, ms: number): Promise<IteratorResult<Buffer, undefined>> {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = this.#options.clock.after(Math.max(0, ms), () => reject(new ApiRefusal('too_slow')));
    try {
      return await Promise.race([source.next(), promise]);
    } finally {
      cancel();
    }
  }
}
