/** HTTP to a model server: one undici dispatcher, and its failures in the words of `LlmError`. */
import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../shared/clock.ts';
import { LlmError } from './model-client.ts';
import { proxySettings, type ProxySettings } from './proxy.ts';
import { retryAfterMs } from './retry-after.ts';
import { abortedError, redirectError, UpstreamStatusError, upstreamError } from './upstream-error.ts';

export const UPSTREAM_LIMITS = {
  connectMs: 5_000,
  /** uvicorn (vLLM) closes idle connections after 5 s, unannounced; a call on a closing one would fail. */
  keepAliveMs: 4_000,
  keepAliveHintMaxMs: 60_000,
  tcpKeepAliveMs: 15_000,
  errorBodyBytesMax: 16 * 1024,
  wholeBodyBytesMax: 4 * 1024 * 1024,
  /** A line or an event of a stream. */
  lineCharactersMax: 1024 * 1024,
  /** Lines of a stream that say nothing: comments, empty data. A server that keeps a call alive sends few. */
  linesWithoutEventMax: 10_000,
  /** White space before the first character of a response. */
  leadingSpaceBytesMax: 4 * 1024,
  /** How long the rest of a finished response may take, so that its connection can be used again. */
  drainMs: 1_000,
  /** Redirects of one request that are followed. */
  redirectsMax: 3,
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
  readonly #dispatcher: Dispatcher;
  /** Opens a connection for each request. */
  readonly #freshDispatcher: Dispatcher;
  readonly #clock: Clock;
  /** Connections that have been opened. */
  #connections = 0;

  constructor(clock: Clock, proxy: ProxySettings = proxySettings(process.env)) {
    this.#clock = clock;
    // One connection for each call at a time: closing it is how a call is cancelled.
    this.#dispatcher = createDispatcher(proxy, 1, () => (this.#connections += 1));
    this.#freshDispatcher = createDispatcher(proxy, 0, () => {});
  }

  /** The response when its status is 2xx. Throws `LlmError`. */
  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { signal } = request;
    if (signal.aborted) throw abortedError(signal);
    let url = new URL(request.url);
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#request(request, url);
      const { statusCode: status } = response;
      if (status >= 200 && status < 300) return response;
      if (status < 300 || status >= 400) throw await this.#statusError(response, signal);
      this.release(response.body);
      url = redirected(response, url, redirects);
    }
  }

  /** Reads what is left of a finished response, so that its connection serves the next call. */
  release(body: ResponseBody): void {
    if (body.destroyed) return;
    const cancel = this.#clock.after(UPSTREAM_LIMITS.drainMs, () => body.destroy());
    void drain(body).finally(cancel);
  }

  /** Breaks all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#dispatcher.destroy(), this.#freshDispatcher.destroy()]);
  }

  /**
   * An idle connection may be gone when a request is sent on it: a server that has restarted, or a firewall
   * that has forgotten it, resets it. Nothing of that request was read then; a new connection serves it.
   */
  async #request(request: UpstreamRequest, { origin, pathname, search }: URL): Promise<UpstreamResponse> {
    const { method, headers, body, signal } = request;
    const options = { origin, path: pathname + search, method, headers, body: body ?? null, signal };
    const connections = this.#connections;
    try {
      return await this.#abortable(this.#dispatcher.request(options), signal);
    } catch (error) {
      const wasReused = connections === this.#connections;
      if (signal.aborted || !wasReused || !isReset(error)) throw upstreamError(error, signal, 'unreachable');
    }
    try {
      return await this.#abortable(this.#freshDispatcher.request(options), signal);
    } catch (error) {
      throw upstreamError(error, signal, 'unreachable');
    }
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
    return new UpstreamStatusError(statusCode, text, retryAfterMs(headers, this.#clock.now()));
  }
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
    if (bytes > bytesMax) throw tooLong(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function tooLong(bytesMax: number): LlmError {
  return new LlmError('protocol', `The response has more than ${bytesMax} bytes`);
}

/** `pipelining` as undici counts it: 1 keeps connections for later requests, 0 does not. */
function createDispatcher(proxy: ProxySettings, pipelining: 0 | 1, onConnect: () => void): Dispatcher {
  // All given, also when empty: undici itself would read the variables of the process otherwise.
  const { httpProxy, httpsProxy, noProxy } = proxy;
  return new EnvHttpProxyAgent({
    factory: (origin, options) => new Pool(origin, options).on('connect', onConnect),
    httpProxy,
    httpsProxy,
    noProxy,
    connect: {
      timeout: UPSTREAM_LIMITS.connectMs,
      // Nagle and delayed acknowledgement together would hold a request back for 40 ms.
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: UPSTREAM_LIMITS.tcpKeepAliveMs,
    },
    allowH2: false,
    pipelining,
    keepAliveTimeout: UPSTREAM_LIMITS.keepAliveMs,
    keepAliveMaxTimeout: UPSTREAM_LIMITS.keepAliveHintMaxMs,
    // The pipeline times the call; it knows when its own client is slow.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/**
 * Where a redirect leads: only to the same server, and only where the request stays the same (RFC 9110
 * §15.4). A key must not go to another server, and a POST must not become a GET. Throws `LlmError`.
 */
function redirected({ statusCode, headers }: UpstreamResponse, from: URL, redirects: number): URL {
  const { location } = headers;
  const to = URL.parse(String(location), from);
  const isSame = to?.origin === from.origin && (statusCode === 307 || statusCode === 308);
  if (location !== undefined && to && isSame && redirects < UPSTREAM_LIMITS.redirectsMax) return to;
  // Not with its query or password, which may be secret.
  throw redirectError(statusCode, location !== undefined && to ? to.origin + to.pathname : '');
}

/** A reset, not an orderly close: a server that has read the request may have worked on it. */
function isReset(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

async function drain(body: ResponseBody): Promise<void> {
  const chunks = chunksOf(body);
  try {
    while (!(await chunks.next()).done);
  } catch {
    // The next call cannot use this connection; nothing else is lost.
  }
}
