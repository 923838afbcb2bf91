/** HTTP to a model server: one undici agent, and its failures in the words of `LlmError`. */
import { Agent, errors, type Dispatcher } from 'undici';
import type { Clock } from '../../shared/clock.ts';
import { LlmError, type LlmErrorKind } from './model-client.ts';
import { retryAfterMs } from './retry-after.ts';

export const UPSTREAM_LIMITS = {
  connectMs: 5_000,
  /** uvicorn (vLLM) closes idle connections after 5 s, unannounced; a call on a closing one would fail. */
  keepAliveMs: 4_000,
  keepAliveHintMaxMs: 60_000,
  tcpKeepAliveMs: 15_000,
  errorBodyBytesMax: 16 * 1024,
  wholeBodyBytesMax: 4 * 1024 * 1024,
  errorTextCharactersMax: 500,
  /** A line or an event of a stream. */
  lineCharactersMax: 1024 * 1024,
  /** Lines of a stream that say nothing: comments, empty data. A server that keeps a call alive sends few. */
  linesWithoutEventMax: 10_000,
  /** How long the rest of a finished response may take, so that its connection can be used again. */
  drainMs: 1_000,
} as const;

export type ResponseBody = Dispatcher.ResponseData['body'];
export type UpstreamResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export class Upstream {
  readonly #agent: Agent;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#agent = new Agent({
      connect: {
        timeout: UPSTREAM_LIMITS.connectMs,
        // Nagle and delayed acknowledgement together would hold a request back for 40 ms.
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: UPSTREAM_LIMITS.tcpKeepAliveMs,
      },
      // One connection for each call: closing it is how a call is cancelled.
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: UPSTREAM_LIMITS.keepAliveMs,
      keepAliveMaxTimeout: UPSTREAM_LIMITS.keepAliveHintMaxMs,
      // The pipeline times the call; it knows when its own client is the slow one.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** The response when its status is 2xx. Throws `LlmError`. */
  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { url, method, headers, body, signal } = request;
    if (signal.aborted) throw abortedError(signal);
    const { origin, pathname, search } = new URL(url);
    const options = { origin, path: pathname + search, method, headers, body: body ?? null, signal };
    const response = await this.#abortable(this.#agent.request(options), signal);
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw await this.#statusError(response, signal);
  }

  /** Reads what is left of a finished response, so that its connection serves the next call. */
  release(body: ResponseBody): void {
    if (body.destroyed) return;
    const cancel = this.#clock.after(UPSTREAM_LIMITS.drainMs, () => body.destroy());
    void drain(body).finally(cancel);
  }

  /** Breaks all connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** undici settles an aborted call that is still connecting only when connecting is over. */
  async #abortable(
    pending: Promise<Dispatcher.ResponseData>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(abortedError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    pending.catch(() => {});
    try {
      return await Promise.race([pending, aborted]);
    } catch (error) {
      throw upstreamError(error, signal, 'unreachable');
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #statusError(
    { statusCode, headers, body }: UpstreamResponse,
    signal: AbortSignal,
  ): Promise<LlmError> {
    const text = await readText(body, UPSTREAM_LIMITS.errorBodyBytesMax).catch(() => '');
    if (signal.aborted) return abortedError(signal);
    const { message, param, code } = readErrorBody(text);
    return new UpstreamStatusError(statusKind(statusCode, code), `${statusCode}: ${message}`, {
      status: statusCode,
      retryAfterMs: retryAfterMs(headers, this.#clock.now()),
      param,
    });
  }
}

/** An answer with an error status; `param` is the field of the request that it names, if it names one. */
export class UpstreamStatusError extends LlmError {
  readonly param: string | undefined;

  constructor(
    kind: LlmErrorKind,
    message: string,
    options: { status: number; retryAfterMs: number | undefined; param: string | undefined },
  ) {
    super(kind, message, options);
    this.param = options.param;
  }
}

/** Any failure of a call as an `LlmError`; `otherwise` is the kind of a broken connection. */
export function upstreamError(
  thrown: unknown,
  signal: AbortSignal,
  otherwise: 'unreachable' | 'cut_off',
): LlmError {
  if (signal.aborted) return abortedError(signal);
  if (thrown instanceof LlmError) return thrown;
  const isNotHttp = thrown instanceof errors.HTTPParserError || thrown instanceof errors.HeadersOverflowError;
  const message = thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The connection broke';
  return new LlmError(isNotHttp ? 'protocol' : otherwise, message, { cause: thrown });
}

export function abortedError(signal: AbortSignal): LlmError {
  return new LlmError('aborted', 'The call was aborted', { cause: signal.reason });
}

/** The body's chunks; leaving the loop does not close the connection, as it would with the body itself. */
export function chunksOf(body: ResponseBody): AsyncIterableIterator<Buffer> {
  return body.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
}

/** The body as text; throws `LlmError` of kind `protocol` when it is longer than `bytesMax`. */
export async function readText(body: ResponseBody, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new LlmError('protocol', `The response has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The text of an error as Ollama (`{"error":"…"}`) and OpenAI (`{"error":{"message":"…"}}`) send it. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return shorten(error);
  if (isRecord(error) && typeof error['message'] === 'string') return shorten(error['message']);
  return shorten(JSON.stringify(error) ?? 'no reason given');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function drain(body: ResponseBody): Promise<void> {
  const chunks = chunksOf(body);
  try {
    while (!(await chunks.next()).done);
  } catch {
    // Its connection is lost to the next call, and nothing else.
  }
}

function statusKind(status: number, code: string | undefined): LlmErrorKind {
  // OpenAI: the account is out of money, and no waiting mends that.
  if (status === 429) return code === 'insufficient_quota' ? 'bad_request' : 'rate_limited';
  if (status === 503) return 'busy';
  // Request timeout, conflict and too early ask for a retry in all but name.
  if (status >= 500 || status === 408 || status === 409 || status === 425) return 'server_error';
  return 'bad_request';
}

function readErrorBody(text: string): { message: string; param?: string; code?: string } {
  const body = tryParse(text);
  const error = isRecord(body) ? body['error'] : undefined;
  if (error === undefined || error === null) return { message: shorten(text) || 'no reason given' };
  const { param, code } = isRecord(error) ? error : {};
  return {
    message: errorText(error),
    ...(typeof param === 'string' && { param }),
    ...(typeof code === 'string' && { code }),
  };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  const max = UPSTREAM_LIMITS.errorTextCharactersMax;
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
