import { z } from 'zod';
import { textOf, type Params } from '../../../shared/client/message.ts';
import type { ApiCall, ApiReply, ApiRequest } from '../external-api.ts';
import { optional, readBody, unsupported } from '../read-body.ts';

const ImagesBody = z.looseObject({
  prompt: z.string(),
  model: optional(z.string()),
  n: optional(z.int()),
  size: optional(z.string()),
  style: optional(z.string()),
  seed: optional(z.int()),
  response_format: optional(z.enum(['b64_json', 'url'])),
  output_format: optional(z.string()),
  stream: optional(z.boolean()),
});

export function imagesCall(request: ApiRequest): ApiCall {
  const {
    prompt,
    model,
    n,
    size,
    style,
    seed,
    response_format: format = 'b64_json',
    ...others
  } = readBody(ImagesBody, request.body);
  if (others.output_format !== undefined && others.output_format !== 'png') {
    throw unsupported('output_format', ONLY_PNG);
  }
  if (others.stream === true) throw unsupported('stream', WHOLE_ONLY);
  const isData = format === 'b64_json';
  const wish = {
    prompt,
    n,
    style,
    seed,
    size: size === 'auto' ? undefined : size,
    route: model === '' ? undefined : model,
    data: isData || undefined,
  };
  return {
    operation: 'images.generate',
    params: Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)),
    reply: isData ? dataReply(request.now) : urlReply(request),
  };
}

const ONLY_PNG = { en: 'only png', es: 'solo png' };
const WHOLE_ONLY = { en: 'images come whole', es: 'las imágenes llegan enteras' };

const JSON_TYPE = 'application/json; charset=utf-8';

/** Written piece by piece: an image is never whole in this process. */
function dataReply(nowMs: number): ApiReply {
  let begun = -1;
  const opening = () => (begun < 0 ? `{"created":${Math.floor(nowMs / 1_000)},"data":[` : '');
  return {
    contentType: JSON_TYPE,
    event(name, { index, data }) {
      if (name !== 'images.data' || typeof index !== 'number') return '';
      const text = textOf(data);
      if (index === begun) return text;
      const between = begun < 0 ? opening() : '"},';
      begun = index;
      return `${between}{"b64_json":"${text}`;
    },
    result(result) {
      const rest = JSON.stringify(endOf(result));
      return `${begun < 0 ? opening() : '"}'}],${rest.slice(1)}`;
    },
    // Half of a JSON text: the client sees that the connection breaks.
    failure: () => undefined,
  };
}

function urlReply({ now, headers }: ApiRequest): ApiReply {
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const base = `${scheme}://${headers.host ?? 'localhost'}`;
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result(result) {
      const images = result['images'] as { readonly image: { readonly url: string } }[];
      const data = images.map(({ image }) => ({ url: new URL(image.url, base).href }));
      return JSON.stringify({ created: Math.floor(now / 1_000), data, ...endOf(result) });
    },
    failure: () => undefined,
  };
}

function endOf({ meta, id, keys, trace, credits, receipt }: Params): object {
  const { size } = meta as { readonly size: string };
  return { output_format: 'png', size, hilo: { id, keys, trace, credits, receipt } };
}
