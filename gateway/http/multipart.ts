/**
 * Reads a body of `multipart/form-data` (RFC 7578) as it comes: one part after the other, in pieces, with
 * nothing of a file in memory but the piece at hand.
 */
import { ApiRefusal } from './api-errors.ts';

export interface Part {
  /** Of the field. */
  readonly name: string;
  /** Undefined: it is no file. */
  readonly filename: string | undefined;
  /** What is not read of it is passed over when the next part is asked for. */
  readonly body: AsyncIterable<Buffer>;
}

export const MULTIPART_LIMITS = { partsMax: 16, headBytesMax: 8 * 1024 } as const;

const HEAD_END = Buffer.from('\r\n\r\n');

/** Throws `bad_request` for a type without a boundary. */
export function boundaryOf(contentType: string | undefined): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:[^"]*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
      contentType ?? '',
    ) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new ApiRefusal('bad_request');
  return boundary;
}

/** Throws `bad_request` for what is not such a body, or ends too early. */
export async function* partsOf(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  boundary: string,
): AsyncGenerator<Part, void, undefined> {
  const reader = new Reader(pieces, Buffer.from(`\r\n--${boundary}`));
  await reader.passOver();
  for (let count = 1; await reader.hasPart(); count += 1) {
    if (count > MULTIPART_LIMITS.partsMax) throw new ApiRefusal('bad_request');
    const head = await reader.head();
    yield { ...fieldOf(head), body: reader.untilBoundary() };
    await reader.passOver();
  }
}

class Reader {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>;
  readonly #boundary: Buffer;
  /** The first boundary has no line before it. */
  #held: Buffer = Buffer.from('\r\n');
  #isAtBoundary = false;

  constructor(pieces: AsyncIterable<Buffer> | Iterable<Buffer>, boundary: Buffer) {
    this.#source =
      Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
    this.#boundary = boundary;
  }

  /** What comes before the next boundary, which is passed over. */
  async *untilBoundary(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const at = this.#held.indexOf(this.#boundary);
      if (at !== -1) {
        const rest = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + this.#boundary.length);
        this.#isAtBoundary = true;
        if (rest.length > 0) yield rest;
        return;
      }
      // The beginning of a boundary may be at the end.
      const safe = this.#held.length - this.#boundary.length + 1;
      if (safe > 0) {
        const piece = this.#held.subarray(0, safe);
        this.#held = this.#held.subarray(safe);
        yield piece;
      }
      await this.#more();
    }
  }

  /** What a reader of the part has left. */
  async passOver(): Promise<void> {
    if (this.#isAtBoundary) return;
    for await (const _ of this.untilBoundary());
  }

  /** Behind a boundary: two dashes are the end. */
  async hasPart(): Promise<boolean> {
    while (this.#held.length < 2) await this.#more();
    const next = this.#held.toString('latin1', 0, 2);
    if (next === '--') return false;
    if (next !== '\r\n') throw new ApiRefusal('bad_request');
    return true;
  }

  async head(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(HEAD_END);
      if (end > MULTIPART_LIMITS.headBytesMax) throw new ApiRefusal('bad_request');
      if (end !== -1) {
        const head = this.#held.toString('utf8', 0, end);
        this.#held = this.#held.subarray(end + HEAD_END.length);
        this.#isAtBoundary = false;
        return head;
      }
      if (this.#held.length > MULTIPART_LIMITS.headBytesMax) throw new ApiRefusal('bad_request');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new ApiRefusal('bad_request');
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
  }
}

function fieldOf(head: string): Pick<Part, 'filename' | 'name'> {
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1] ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) throw new ApiRefusal('bad_request');
  return { name, filename: parameterOf(disposition, 'filename') };
}

/** Browsers write quotes in it as `%22`, others as `\"`. */
function parameterOf(disposition: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1').replaceAll('%22', '"') ?? plain;
}
