/** How the HTTP API says what went wrong: `{"error":{"message","type","param","code"}}`. [H-2] */
import type { FastifyReply } from 'fastify';
import type { RpcFailure } from '../../shared/client/message.ts';
import { ERRORS } from '../../shared/errors.ts';
import { fill, type Locale, type Localised } from '../../shared/locale.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { TEXTS, type TextKey } from '../texts.ts';

/** What the gateway refuses by itself. */
export const API_REFUSALS = {
  bad_request: { status: 400 },
  body_not_json: { status: 400 },
  member_twice: { status: 400 },
  member_missing: { status: 400 },
  member_wrong: { status: 400 },
  member_unsupported: { status: 400 },
  auth_required: { status: 401 },
  key_too_long: { status: 401 },
  foreign_origin: { status: 403 },
  foreign_site: { status: 403 },
  unknown_address: { status: 404 },
  unknown_model: { status: 404 },
  method_not_allowed: { status: 405 },
  too_slow: { status: 408 },
  idempotency_running: { status: 409 },
  idempotency_other: { status: 409 },
  body_too_large: { status: 413 },
  json_expected: { status: 415 },
  address_full: { status: 429 },
  failed: { status: 500 },
  models_fixed: { status: 501 },
  draining: { status: 503 },
  full: { status: 503 },
  server_unreachable: { status: 503 },
  server_lost: { status: 503 },
  timed_out: { status: 504 },
} as const satisfies Partial<Record<TextKey, { readonly status: number }>>;

export type ApiRefusalKey = keyof typeof API_REFUSALS;

/** Thrown anywhere on the way of a request; the error handler answers it. */
export class ApiRefusal extends Error {
  readonly key: ApiRefusalKey;
  readonly values: Readonly<Record<string, string | number>>;
  /** What can be done about it, or what exactly is wrong; said behind the text of the key. */
  readonly detail: Localised | undefined;

  constructor(
    key: ApiRefusalKey,
    values: Readonly<Record<string, string | number>> = {},
    detail?: Localised,
  ) {
    super(key);
    this.key = key;
    this.values = values;
    this.detail = detail;
  }
}

export interface ApiError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export function refusalError({ key, values, detail }: ApiRefusal, locale: Locale): ApiError {
  const { param } = values;
  const text = fill(TEXTS[key][locale], values);
  return {
    status: API_REFUSALS[key].status,
    code: key,
    message: detail ? `${text}: ${detail[locale]}` : text,
    ...(typeof param === 'string' ? { param } : {}),
  };
}

/** What the server answered, in its own words, which are in the language of the request. */
export function failureError({ reason, message, values, retryAfterMs }: RpcFailure): ApiError {
  const { param } = values;
  return {
    status: reason in ERRORS ? ERRORS[reason as keyof typeof ERRORS].http : 500,
    code: reason,
    message,
    ...(typeof param === 'string' && param !== '' ? { param } : {}),
    retryAfterMs,
  };
}

export function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  const { status, code, message, param = null } = error;
  return addErrorHeaders(reply, error)
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: { message, type: typeOf(error), param, code } }));
}

export function addErrorHeaders(reply: FastifyReply, { status, retryAfterMs }: ApiError): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfterMs !== undefined || status === 429 || status === 503) {
    const seconds = retryAfterMs === undefined ? GATEWAY_LIMITS.retryAfterSeconds : retryAfterMs / 1_000;
    reply.header('retry-after', Math.max(1, Math.ceil(seconds)));
  }
  return reply.header('cache-control', 'no-store');
}

/** Classes of failures, under the names that clients of other APIs know. */
export function typeOf({ status, code }: Pick<ApiError, 'status' | 'code'>): string {
  // A wait helps, as it does against a limit of the rate.
  if (code === 'credits_held') return 'rate_limit_error';
  if (status === 401) return 'authentication_error';
  if (status === 402) return 'insufficient_quota';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
