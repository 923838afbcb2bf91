/**
 * Images for plain HTTP clients, and the files that requests have left. The members have the names that
 * existing clients of such servers use.
 */
import { z } from 'zod';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { typeOf, type ApiError } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest, ExternalApi } from '../external-api.ts';
import { optional, readBody } from '../read-body.ts';
import { JSON_TYPE } from '../sse.ts';

const GenerateBody = z.looseObject({
  prompt: z.string(),
  size: optional(z.string()),
  seed: optional(z.int()),
  style: optional(z.string()),
  route: optional(z.string()),
  model: optional(z.string()),
  n: optional(z.int()),
});

/** By the end of the key. What scripts could be in is shown as text. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  json: JSON_TYPE,
  txt: 'text/plain; charset=utf-8',
};

export const imagesApi: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/image/generate', replays: true, translate: generate },
    { method: 'GET', path: '/image/:id', translate: status },
    // An address that was signed needs no key.
    { method: 'GET', path: '/artifacts/:service/*', keyless: true, translate: readArtifact },
  ],
  isNear: (path) => path.startsWith('/image/') || path.startsWith('/artifacts/'),
  error: (error) => ({ body: errorBody(error) }),
};

function generate({ body }: ApiRequest): ApiCall {
  const { prompt, size, seed, style, route, model, n } = readBody(GenerateBody, body);
  const wish = { prompt, size, seed, style, route: route ?? model, n };
  return {
    operation: 'images.generate',
    params: Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)),
    reply: wholeReply(({ id, keys, meta, images, credits }) =>
      JSON.stringify({ id, s3: keys, meta, images, credits }),
    ),
  };
}

function status({ path }: ApiRequest): ApiCall {
  return {
    operation: 'images.get',
    params: { id: path['id'] ?? '' },
    reply: wholeReply(({ id, status: stands, keys, meta, images, createdAt }) =>
      JSON.stringify({ id, status: stands, s3Keys: keys, meta, images, createdAt }),
    ),
  };
}

function readArtifact({ path, query }: ApiRequest): ApiCall {
  const key = path['*'] ?? '';
  const { expires, signature } = query;
  const signed = typeof signature === 'string' && { expires: Number(expires) || 0, signature };
  let bytes: unknown;
  return {
    operation: 'artifacts.read',
    params: { service: path['service'] ?? '', key, ...signed },
    reply: {
      contentType: TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      headers: () => ({
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        ...(typeof bytes === 'number' && { 'content-length': String(bytes) }),
      }),
      event(name, params) {
        if (name === 'artifacts.started') bytes = params['bytes'];
        return '';
      },
      bytes: (name, params) =>
        name === 'artifacts.bytes' ? Buffer.from(textOf(params['data']), 'base64') : undefined,
      result: () => '',
      failure: () => undefined,
    },
  };
}

function wholeReply(result: (result: Params) => string): ApiReply {
  return { contentType: JSON_TYPE, event: () => '', result, failure: () => undefined };
}

function errorBody({ status: code, code: number, message, param }: ApiError): object {
  const type = typeOf({ status: code, code: number });
  return { error: { message, type, param: param ?? null, code: number } };
}
