/** What a model server says of a failure, in the words of `LlmError`. */
import { errors } from 'undici';
import { LlmError, type FailureReason, type LlmErrorKind, type LlmMessage } from './model-client.ts';

/** Of the server's own words: as much as a line of a log should have. */
const WORDS_CHARACTERS_MAX = 300;

/** What is quoted of a message in this length is taken out of the words. */
const QUOTE_CHARACTERS_MIN = 16;

/** An answer with an error status; `param` is the field of the request that it names, if it names one. */
export class UpstreamStatusError extends LlmError {
  readonly param: string | undefined;

  constructor(status: number, body: string, retryAfterMs: number | undefined) {
    const { words, param, code } = readErrorBody(body);
    const reason = reasonOf(status, code, words);
    super(statusKind(status, reason), `${status}: ${words}`, { status, retryAfterMs, reason, code, words });
    this.param = param;
  }
}

/** An error object inside a response that began well; `error` is what the server put there. */
export function reportedError(error: unknown): LlmError {
  const { words, code } = readError(error);
  const reason = reasonOf(Number(code), code, words);
  return new LlmError('reported', words, { code, reason, words });
}

/** A redirect that is not followed, since it leads to another server or to another kind of request. */
export function redirectError(status: number, location: string): LlmError {
  const words = shorten(location === '' ? 'no address given' : location);
  const message = `The server redirects (${status}) to ${words}; the base URL should be where it leads`;
  return new LlmError('bad_request', message, { status, reason: 'redirect', words });
}

/** Any failure of a call as an `LlmError`; `otherwise` is the kind of a broken connection. */
export function upstreamError(
  thrown: unknown,
  signal: AbortSignal,
  otherwise: 'unreachable' | 'cut_off',
): LlmError {
  if (signal.aborted) return abortedError(signal);
  if (thrown instanceof LlmError) return thrown;
  const message = thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The connection broke';
  // For example a header with a line end: another try would fail as well.
  if (thrown instanceof errors.InvalidArgumentError) {
    return new LlmError('bad_request', message, { cause: thrown, reason: 'invalid_setting' });
  }
  const isNotHttp = thrown instanceof errors.HTTPParserError || thrown instanceof errors.HeadersOverflowError;
  return new LlmError(isNotHttp ? 'protocol' : otherwise, message, { cause: thrown });
}

export function abortedError(signal: AbortSignal): LlmError {
  return new LlmError('aborted', 'The call was aborted', { cause: signal.reason });
}

/** The same error without what its words quote of the messages: a log has no content. */
export function withoutContent(error: LlmError, messages: readonly LlmMessage[]): LlmError {
  const { kind, words, status, retryAfterMs, reason, code, cause } = error;
  if (words === undefined) return error;
  const clean = withoutQuotes(words, messages);
  if (clean === words) return error;
  const message = status === undefined ? clean : `${status}: ${clean}`;
  return new LlmError(kind, message, { status, retryAfterMs, reason, code, words: clean, cause });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statusKind(status: number, reason: FailureReason | undefined): LlmErrorKind {
  // Waiting does not fill an empty account, and a retry does not shorten a prompt, whatever the status is.
  if (reason === 'out_of_credit' || reason === 'context_too_small') return 'bad_request';
  if (status === 429) return 'rate_limited';
  if (status === 503) return 'busy';
  // Request timeout, conflict and too early are, in effect, requests for a retry.
  if (status >= 500 || status === 408 || status === 409 || status === 425) return 'server_error';
  return 'bad_request';
}

const CONTEXT_WORDS = [
  /context[_ ](?:length|window|size)/iu,
  /maximum context|too many (?:input )?tokens|prompt is too long/iu,
  /exceeds? .{0,40}context/iu,
];

function saysContext(words: string): boolean {
  return CONTEXT_WORDS.some((each) => each.test(words));
}

function reasonOf(status: number, code: string | undefined, words: string): FailureReason | undefined {
  if (code === 'insufficient_quota' || status === 402) return 'out_of_credit';
  if (code === 'context_length_exceeded' || saysContext(words)) return 'context_too_small';
  if (code === 'invalid_api_key' || status === 401 || status === 403) return 'wrong_key';
  if (code === 'model_not_found' || (status === 404 && /\bmodel\b/iu.test(words))) return 'unknown_model';
  if (/requires more system memory|out of memory/iu.test(words)) return 'out_of_memory';
  return status === 404 || status === 405 ? 'wrong_address' : undefined;
}

interface ErrorWords {
  readonly words: string;
  readonly code: string | undefined;
  readonly param?: string | undefined;
}

function readErrorBody(text: string): ErrorWords {
  const body = tryParse(text);
  // Google's servers put the error into a list.
  const object: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(object)) return { words: shorten(text) || 'no reason given', code: undefined };
  return readError(object['error'] ?? object);
}

/** As Ollama (`"…"`), OpenAI (`{message, code, param}`) and FastAPI (`{detail}`) say it. */
function readError(error: unknown): ErrorWords {
  if (typeof error === 'string') return { words: shorten(error) || 'no reason given', code: undefined };
  if (!isRecord(error)) return { words: 'no reason given', code: undefined };
  const { message, detail, param, code, type } = error;
  const said = [message, detail, error['error']].find((each) => typeof each === 'string' && each !== '');
  return {
    words: shorten(typeof said === 'string' ? said : detailWords(detail)) || 'no reason given',
    code: [code, type].map(codeText).find((each) => each !== undefined),
    param: typeof param === 'string' ? param : undefined,
  };
}

/** Of each fault its place and message; FastAPI also gives the input, which is content. */
function detailWords(detail: unknown): string {
  if (!Array.isArray(detail)) return '';
  return (detail as unknown[])
    .slice(0, 3)
    .map((each) => {
      if (!isRecord(each)) return '';
      const place = Array.isArray(each['loc']) ? (each['loc'] as unknown[]).filter(isPlain).join('.') : '';
      return `${place}: ${typeof each['msg'] === 'string' ? each['msg'] : ''}`;
    })
    .join('; ');
}

function codeText(code: unknown): string | undefined {
  return isPlain(code) && code !== '' ? String(code).slice(0, 64) : undefined;
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function withoutQuotes(words: string, messages: readonly LlmMessage[]): string {
  let clean = '';
  for (let from = 0; from < words.length;) {
    const length = quoteLength(words, from, messages);
    clean += length === 0 ? words.charAt(from) : '…';
    from += length === 0 ? 1 : length;
  }
  return clean;
}

function quoteLength(words: string, from: number, messages: readonly LlmMessage[]): number {
  const start = words.slice(from, from + QUOTE_CHARACTERS_MIN);
  const source =
    start.length === QUOTE_CHARACTERS_MIN && messages.find(({ content }) => content.includes(start));
  if (!source) return 0;
  let length = QUOTE_CHARACTERS_MIN;
  while (from + length < words.length && source.content.includes(words.slice(from, from + length + 1)))
    length += 1;
  return length;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One line, without control characters. */
function shorten(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > WORDS_CHARACTERS_MAX ? `${line.slice(0, WORDS_CHARACTERS_MAX)}…` : line;
}
