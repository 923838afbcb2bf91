import { z } from 'zod';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest } from '../external-api.ts';
import { readBody } from '../read-body.ts';

const EmbeddingsBody = z.looseObject({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(z.union([z.string(), z.number(), z.array(z.number())]))]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().nullish(),
});

export function embeddingsCall({ body }: ApiRequest): ApiCall {
  const { params, isBase64 } = embeddingParams(body);
  return { operation: 'embeddings.create', params, reply: embeddingsReply(isBase64) };
}

export function embeddingParams(body: Params): { params: Params; isBase64: boolean } {
  const { model, input, encoding_format: format, dimensions } = readBody(EmbeddingsBody, body);
  const texts = [input].flat().map((text) => {
    // The tokens of another model mean nothing here.
    if (typeof text !== 'string') throw new ApiRefusal('member_unsupported', { param: 'input' });
    return text;
  });
  const params = {
    ...(typeof model === 'string' && model !== '' && { route: model }),
    input: texts,
    ...(typeof dimensions === 'number' && { dimensions }),
  };
  return { params, isBase64: format === 'base64' };
}

/** Written vector by vector: all of them together can be large. */
export function embeddingsReply(isBase64: boolean): ApiReply {
  let isBegun = false;
  const opening = () => (isBegun ? ',' : '{"object":"list","data":[');
  return {
    contentType: 'application/json; charset=utf-8',
    event(name, params) {
      if (name !== 'embeddings.vector') return '';
      const text = opening() + JSON.stringify(itemOf(params, isBase64));
      isBegun = true;
      return text;
    },
    result(result) {
      const { route: model, usage } = result as { route: string; usage: { inputTokens: number } };
      const counts = { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens };
      const { credits, trace, receipt } = result;
      const rest = JSON.stringify({ model, usage: counts, hilo: { trace, credits, receipt } });
      return `${isBegun ? '' : opening()}],${rest.slice(1)}`;
    },
    // Half of a JSON text: the client sees that the connection breaks.
    failure: () => undefined,
  };
}

function itemOf({ index, vector }: Params, isBase64: boolean): object {
  const base64 = textOf(vector);
  return { object: 'embedding', index, embedding: isBase64 ? base64 : floatsOf(base64) };
}

/** Little-endian 32-bit floats. */
function floatsOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
}
