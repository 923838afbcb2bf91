/** Anthropic's form of an error, and its classes. */
import type { ApiError } from '../../http/api-errors.ts';
import type { ApiErrorAnswer } from '../external-api.ts';

/** What Anthropic answers when too much is asked of it; clients wait and try again. */
const OVERLOADED = 529;

/** A wait helps, as it does against a limit of the rate. */
const HELD = 'credits_held';

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

export function errorBody(error: ApiError, requestId: string): object {
  const { status } = error;
  const type = typeOfCode(error) ?? TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message: messageOf(error) }, request_id: requestId };
}

export function errorAnswer(error: ApiError, requestId: string): ApiErrorAnswer {
  return {
    body: errorBody(error, requestId),
    ...(error.status === 503 ? { status: OVERLOADED } : {}),
    // The same request fails again until somebody has given credits, or until other answers have ended.
    ...(error.status === 402 ? { headers: { 'x-should-retry': String(error.code === HELD) } } : {}),
  };
}

function typeOfCode({ code }: ApiError): string | undefined {
  return code === HELD ? 'rate_limit_error' : undefined;
}

/** Claude Code makes its conversation shorter when an error begins like this one. */
function messageOf({ code, message }: ApiError): string {
  return code === 'context_length_exceeded' ? `prompt is too long: ${message}` : message;
}
