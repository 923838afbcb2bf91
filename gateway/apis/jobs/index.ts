/**
 * The prompt queue for plain HTTP clients, with the addresses and members that existing clients of such
 * queues use. They show their key in the body or in the query; a header is better, and counts first.
 */
import { z } from 'zod';
import type { Params } from '../../../shared/client/message.ts';
import { JOB_OPERATION_LIMITS } from '../../../shared/operations/job-shapes.ts';
import { ApiRefusal, typeOf, type ApiError } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest, ExternalApi } from '../external-api.ts';
import { optional, readBody } from '../read-body.ts';
import { JSON_TYPE } from '../sse.ts';

const SubmitBody = z.looseObject({
  api_key: optional(z.string()),
  prompt: z.string().min(1),
  route: optional(z.string()),
  maxOutputTokens: optional(z.int()),
});

/** Of `GET /history`. */
const ENTRIES_DEFAULT = 10;

export const jobsApi: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/submit', hasKeyInBody: true, translate: submit },
    { method: 'GET', path: '/history', translate: history },
  ],
  isNear: (path) => path === '/submit' || path === '/history',
  error: (error) => ({ body: errorBody(error) }),
};

/** A request that is sent again with its `Idempotency-Key` gives the same job, also after a restart. */
function submit({ body, headers, locale }: ApiRequest): ApiCall {
  const { api_key: key, ...asked } = readBody(SubmitBody, body);
  const { prompt, route, maxOutputTokens } = asked;
  const repeated = headers['idempotency-key'];
  const clientJobId = typeof repeated === 'string' && repeated !== '' ? repeated : undefined;
  const input = { prompt, route, maxOutputTokens, clientJobId };
  const params = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const submitted = ({ job, estimate }: Params) => {
    const { inputTokens, maxOutputTokens: answerTokens } = estimate as Record<string, number>;
    const tokens = (inputTokens ?? 0) + (answerTokens ?? 0);
    return { message: QUEUED[locale], job_id: (job as Params)['id'], tokens_estimados: tokens };
  };
  return { operation: 'jobs.submit', params, key, status: 201, reply: wholeReply(submitted) };
}

const QUEUED = { en: 'The job is in the queue', es: 'El trabajo está en la cola' } as const;

function history({ query }: ApiRequest): ApiCall {
  const { n = String(ENTRIES_DEFAULT) } = query;
  if (typeof n !== 'string' || !/^[1-9]\d{0,5}$/.test(n)) {
    throw new ApiRefusal('member_wrong', { param: 'n' }, COUNT);
  }
  const limit = Math.min(Number(n), JOB_OPERATION_LIMITS.pageMax);
  return { operation: 'jobs.history', params: { limit }, reply: wholeReply(historyOf) };
}

const COUNT = { en: 'a number from 1 is expected', es: 'se espera un número desde 1' } as const;

function historyOf(result: Params): object {
  const entries = result['history'] as readonly Record<string, string | number>[];
  return {
    history: entries.map(({ prompt, answer, inputTokens, outputTokens, endedAt }) => ({
      prompt,
      respuesta: answer,
      costo_tokens: Number(inputTokens) + Number(outputTokens),
      fecha: endedAt,
    })),
  };
}

function wholeReply(result: (result: Params) => object): ApiReply {
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result: (params) => JSON.stringify(result(params)),
    failure: () => undefined,
  };
}

function errorBody({ status, code, message, param }: ApiError): object {
  return { error: { message, type: typeOf({ status, code }), param: param ?? null, code } };
}
