import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import type { ApiReply, ApiRequest } from '../external-api.ts';
import { JSON_TYPE } from './completion-reply.ts';
import { Stopwatch } from './stopwatch.ts';

/** Enough decimal digits to tell any two 32-bit floats apart. */
const DIGITS = 9;

/**
 * `/api/embed`: `{"model", "embeddings": [[…], …], …}`, written vector by vector, so that many of them are
 * never in memory together.
 */
export class EmbedReply implements ApiReply {
  readonly contentType = JSON_TYPE;
  readonly #model: string;
  readonly #watch: Stopwatch;
  #count = 0;

  constructor({ clock }: Pick<ApiRequest, 'clock'>, model: string) {
    this.#model = model;
    this.#watch = new Stopwatch(clock);
  }

  event(name: string, { vector }: Params): string {
    if (name === 'embeddings.started') this.#watch.started();
    if (name !== 'embeddings.vector') return '';
    return `${this.#separator()}${JSON.stringify(numbersOf(textOf(vector)))}`;
  }

  result({ usage }: Params): string {
    const { total_duration, load_duration } = this.#watch.read();
    const count = isRecord(usage) ? numberOf(usage['inputTokens']) : 0;
    const rest = JSON.stringify({ total_duration, load_duration, prompt_eval_count: count });
    return `],${rest.slice(1)}`;
  }

  /** Half a list cannot say so: the connection is cut. */
  failure(): undefined {
    return undefined;
  }

  #separator(): string {
    this.#count += 1;
    return this.#count > 1 ? ',' : `{"model":${JSON.stringify(this.#model)},"embeddings":[`;
  }
}

/** `/api/embeddings`: one text, one vector. */
export class EmbeddingsReply implements ApiReply {
  readonly contentType = JSON_TYPE;
  #vector: readonly number[] = [];

  event(name: string, { vector }: Params): string {
    if (name === 'embeddings.vector') this.#vector = numbersOf(textOf(vector));
    return '';
  }

  result(): string {
    return JSON.stringify({ embedding: this.#vector });
  }

  failure(): undefined {
    return undefined;
  }
}

/** Base64 of little-endian 32-bit floats, in the fewest digits that keep them apart. */
function numbersOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Math.floor(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  return Array.from({ length }, (_, at) =>
    Number(view.getFloat32(at * Float32Array.BYTES_PER_ELEMENT, true).toPrecision(DIGITS)),
  );
}
