/**
 * Summaries for plain HTTP clients. The members have the names that existing clients of such servers use;
 * keys of files that a summary has not left are null.
 */
import { z } from 'zod';
import type { Params } from '../../../shared/client/message.ts';
import { typeOf, type ApiError } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest, ExternalApi } from '../external-api.ts';
import { optional, readBody } from '../read-body.ts';
import { JSON_TYPE, SSE_COMMENT, SSE_TYPE, sseEvent } from '../sse.ts';

const SummarizeBody = z.looseObject({
  text: optional(z.string()),
  url: optional(z.string()),
  /** Of a file of the client's own. */
  s3Key: optional(z.string()),
  /** Of a file that came by `files.begin`, `files.append` and `files.end`. */
  document: optional(z.string()),
  length: optional(z.enum(['short', 'med', 'medium', 'long'])),
  style: optional(z.string()),
  route: optional(z.string()),
  creditsMax: optional(z.int()),
});

export const summariesApi: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/summarize', replays: true, translate: summarize },
    { method: 'GET', path: '/summarize/:id', translate: read },
  ],
  isNear: (path) => path.startsWith('/summarize'),
  error: (error) => ({ body: errorBody(error) }),
};

function summarize({ body, headers }: ApiRequest): ApiCall {
  const { text, url, s3Key, document, length, ...rest } = readBody(SummarizeBody, body);
  const { style, route, creditsMax } = rest;
  const size = length === 'med' ? 'medium' : length;
  const input = { text, url, document, s3Key, length: size, style, route, creditsMax };
  const params = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const isEvents = headers.accept?.includes('text/event-stream') === true;
  return { operation: 'summaries.create', params, reply: isEvents ? eventsReply() : wholeReply(shown) };
}

function read({ path }: ApiRequest): ApiCall {
  return { operation: 'summaries.get', params: { summary: path['id'] ?? '' }, reply: wholeReply(shown) };
}

/** Without the receipts, which the operation itself gives. */
function shown({
  id,
  text: summary,
  title,
  length,
  model,
  parts,
  usage,
  credits,
  charged,
  createdAt,
  keys = {},
}: Params) {
  const { record = null, summary: file = null } = keys as Params;
  const cost = credits ?? { charged };
  const about = { title, length, model, parts, usage, credits: cost, createdAt };
  return { id, status: 'done', s3: { record, summary: file }, summary, ...about };
}

function wholeReply(result: (result: Params) => object): ApiReply {
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result: (params) => JSON.stringify(result(params)),
    failure: () => undefined,
  };
}

/** `summaries.started` is the event `started`, and so on. */
function eventsReply(): ApiReply {
  return {
    contentType: SSE_TYPE,
    keepAlive: SSE_COMMENT,
    event(name, params) {
      const { requestId: _, ...told } = params;
      return sseEvent(name.replace(/^summaries\./u, ''), told);
    },
    result: (params) => sseEvent('done', shown(params)),
    failure: (error) => sseEvent('error', errorBody(error)),
  };
}

function errorBody({ status, code, message, param }: ApiError): object {
  return { error: { message, type: typeOf({ status, code }), param: param ?? null, code } };
}
