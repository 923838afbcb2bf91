import { typeOf, type ApiError } from '../../http/api-errors.ts';
import type { ApiErrorAnswer } from '../external-api.ts';

/** As its clients look for them. */
const CODES: Readonly<Record<string, { readonly code: string; readonly type?: string }>> = {
  auth_required: { code: 'invalid_api_key' },
  auth_failed: { code: 'invalid_api_key' },
  auth_expired: { code: 'invalid_api_key' },
  key_too_long: { code: 'invalid_api_key' },
  insufficient_credits: { code: 'insufficient_quota', type: 'insufficient_quota' },
  address_credits_used: { code: 'insufficient_quota', type: 'insufficient_quota' },
  not_found: { code: 'model_not_found', type: 'invalid_request_error' },
  unknown_model: { code: 'model_not_found', type: 'invalid_request_error' },
  // Not out of credits: clients that see that give up.
  credits_held: { code: 'credits_held' },
  auth_ended: { code: 'invalid_api_key' },
  upstream_rate_limited: { code: 'rate_limit_exceeded' },
  rate_limited: { code: 'rate_limit_exceeded' },
  too_many_pending: { code: 'rate_limit_exceeded' },
  member_missing: { code: 'missing_required_parameter' },
  member_wrong: { code: 'invalid_value' },
  member_unsupported: { code: 'unsupported_parameter' },
  invalid_params: { code: 'invalid_value' },
};

/** Members of the internal form under their names here. */
const PARAMS: Readonly<Record<string, string>> = {
  route: 'model',
  toolChoice: 'tool_choice',
  responseFormat: 'response_format',
  maxOutputTokens: 'max_tokens',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  parallelToolCalls: 'parallel_tool_calls',
  reasoning: 'reasoning_effort',
};

/** A wait helps against none of them. */
const NOT_RETRIED = new Set([400, 401, 402, 403, 404, 413, 422]);

export function openAiError(error: ApiError): ApiErrorAnswer {
  const { status, code } = error;
  const isRetried = code === 'credits_held';
  return {
    body: errorBody(error),
    ...(NOT_RETRIED.has(status) && { headers: { 'x-should-retry': String(isRetried) } }),
  };
}

/** Also for an error in a stream. */
export function errorBody({ status, code, message, param }: ApiError): object {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  const type = known?.type ?? typeOf({ status, code });
  return { error: { message, type, param: paramOf(code, param), code: known?.code ?? code } };
}

function paramOf(code: string, param: string | undefined): string | null {
  if (param === undefined) return PARAM_OF_CODE[code] ?? null;
  const [first = '', ...rest] = param.split('.');
  return [Object.hasOwn(PARAMS, first) ? PARAMS[first] : first, ...rest].join('.');
}

const PARAM_OF_CODE: Readonly<Record<string, string>> = {
  not_found: 'model',
  context_length_exceeded: 'messages',
};
