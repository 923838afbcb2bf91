/**
 * Bodies that have to be read whole, since they are translated, and inputs that do not fit into a line after
 * that. [H-10]
 */
import type { Params } from '../../shared/client/message.ts';
import { excessOf, type JsonShapeLimits } from '../../shared/json-shape.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { ApiRefusal } from './api-errors.ts';
import { LargeBody } from './request-body.ts';
import { upload, type UploadOptions } from './uploads.ts';

export interface TranslatedLimits {
  readonly translatedBytesMax: number;
  readonly translationsMax: number;
}

export class TranslatedBodies {
  readonly #limits: TranslatedLimits;
  #running = 0;

  constructor(limits: TranslatedLimits) {
    this.#limits = limits;
  }

  /** What the parser of bodies gave. Rejects with `body_too_large`, or `full` when too many are long. */
  async read(body: unknown): Promise<Buffer> {
    if (Buffer.isBuffer(body)) return body;
    if (!(body instanceof LargeBody)) return Buffer.alloc(0);
    const { translatedBytesMax: max, translationsMax } = this.#limits;
    if ((body.bytes ?? 0) > max) throw new ApiRefusal('body_too_large', { max });
    if (this.#running >= translationsMax) throw new ApiRefusal('full');
    this.#running += 1;
    try {
      const pieces: Buffer[] = [];
      let bytes = 0;
      for await (const piece of body.pieces) {
        bytes += piece.length;
        if (bytes > max) throw new ApiRefusal('body_too_large', { max });
        pieces.push(piece);
      }
      return Buffer.concat(pieces, bytes);
    } finally {
      this.#running -= 1;
    }
  }
}

/** A translation may have as many times the bytes and the members of its body. */
const GROWTH_MAX = 4;

export const TRANSLATED_SHAPE: JsonShapeLimits = {
  jsonDepthMax: GATEWAY_LIMITS.jsonDepthMax,
  jsonMembersMax: GATEWAY_LIMITS.translatedMembersMax,
};

/** What the gateway writes around an input counts too. */
const LINE_SHAPE: JsonShapeLimits = {
  jsonDepthMax: GATEWAY_LIMITS.jsonDepthMax,
  jsonMembersMax: GATEWAY_LIMITS.jsonMembersMax - 64,
};

/** Of a body whose translation fits into a line in any case. */
const SMALL_SHAPE: JsonShapeLimits = {
  jsonDepthMax: GATEWAY_LIMITS.jsonDepthMax,
  jsonMembersMax: LINE_SHAPE.jsonMembersMax / GROWTH_MAX,
};

export interface Translated {
  readonly body: Buffer;
  /** The operation takes its input as a file. */
  readonly takesFile: boolean;
  readonly meta: RequestMeta;
  readonly signal: AbortSignal;
}

/** The input itself, or the name of a file that has it. Rejects as `upload` does. */
export async function lineOrFile(
  options: UploadOptions,
  params: Params,
  { body, takesFile, ...whose }: Translated,
): Promise<Params> {
  const { bodyBytesMaxWithKey: max } = GATEWAY_LIMITS;
  if (body.length * GROWTH_MAX <= max && !excessOf(body.toString('utf8'), SMALL_SHAPE)) return params;
  const text = JSON.stringify(params);
  const input = Buffer.from(text);
  const isLong = input.length > max;
  if (!isLong && !excessOf(text, LINE_SHAPE)) return params;
  if (!takesFile) throw isLong ? new ApiRefusal('body_too_large', { max }) : new ApiRefusal('body_not_json');
  return { file: await upload(options, { pieces: [input], bytes: input.length }, whose) };
}
