/**
 * HTTP to addresses that strangers name: the pages that they want read, the receivers of their webhooks. Only
 * the public internet can be reached, and what comes back is bounded in size and time.
 *
 *   target    scheme, user, port, literal addresses       outbound-target.ts
 *   connect   the name's addresses, at the socket         guarded-connect.ts
 *   read      size, time, unpacked size                   read-response.ts
 *   redirect  all of it again, from the beginning
 *
 * No proxy is used, whatever the environment says: a proxy would resolve names itself, unchecked. Each
 * request has a connection of its own.
 */
import { Client, errors } from 'undici';
import type { Clock } from '../../shared/clock.ts';
import { dialAddresses, guardedConnect, type Dial } from './guarded-connect.ts';
import { OutboundError } from './outbound-error.ts';
import { outboundTarget, type OutboundRules, type OutboundTarget } from './outbound-target.ts';
import { ACCEPTED_CODINGS, readResponse } from './read-response.ts';
import { resolveName, type ResolveName } from './resolve-name.ts';

export const OUTBOUND_LIMITS = {
  /** Of a GET; a POST follows none. */
  redirectsMax: 5,
  headerBytesMax: 16 * 1024,
} as const;

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Of the body of the response. */
  readonly bytesMax: number;
  /** `cut`: the beginning of a longer body is enough. */
  readonly overlong?: 'refuse' | 'cut';
  /** For the request with all its redirects. */
  readonly totalMs: number;
  /** Without a sign of life. */
  readonly idleMs: number;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  /** Where the response came from, after all redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  /** The header as it came: seconds or a date. */
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

export interface OutboundDependencies {
  readonly clock: Clock;
  readonly rules: OutboundRules;
  readonly resolve?: ResolveName;
  readonly dial?: Dial;
}

/** What one request has until its end. */
interface Flight {
  readonly request: OutboundRequest;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

type Hop = OutboundResponse | { readonly redirect: string };

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class OutboundHttp {
  readonly #clock: Clock;
  readonly #rules: OutboundRules;
  readonly #resolve: ResolveName;
  readonly #dial: Dial;

  constructor({ clock, rules, resolve = resolveName, dial = dialAddresses }: OutboundDependencies) {
    this.#clock = clock;
    this.#rules = rules;
    this.#resolve = resolve;
    this.#dial = dial;
  }

  /** Throws `OutboundError` for a URL that can never be asked for. Looks up no name. */
  check(url: string): void {
    outboundTarget(url, this.#rules);
  }

  /**
   * The response, whatever its status; a redirect of a POST is a response like others. Throws
   * `OutboundError`.
   */
  async send(request: OutboundRequest): Promise<OutboundResponse> {
    const watch = new Watch(this.#clock, request);
    const flight = { request, signal: watch.signal, onProgress: () => watch.progress() };
    try {
      return await this.#follow(flight);
    } catch (error) {
      throw watch.signal.aborted ? watch.reason() : outboundError(error);
    } finally {
      watch.end();
    }
  }

  async #follow(flight: Flight): Promise<OutboundResponse> {
    let target = outboundTarget(flight.request.url, this.#rules);
    for (let redirects = 0; ; redirects += 1) {
      const hop = await this.#hop(target, flight);
      if (!('redirect' in hop)) return hop;
      if (redirects === OUTBOUND_LIMITS.redirectsMax) {
        throw new OutboundError('redirects', `More than ${OUTBOUND_LIMITS.redirectsMax} redirects`);
      }
      target = outboundTarget(hop.redirect, this.#rules, target.url);
    }
  }

  async #hop(target: OutboundTarget, flight: Flight): Promise<Hop> {
    const { signal } = flight;
    const parts = { resolve: this.#resolve, dial: this.#dial, signal };
    const client = new Client(target.url.origin, {
      connect: guardedConnect(target, parts),
      maxHeaderSize: OUTBOUND_LIMITS.headerBytesMax,
      pipelining: 0,
      allowH2: false,
      // The watch knows both times.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      return await untilAborted(this.#ask(client, target, flight), signal);
    } finally {
      // Breaks the connection, and whatever the server still wants to say with it.
      client.destroy().catch(() => {});
    }
  }

  async #ask(client: Client, { url }: OutboundTarget, flight: Flight): Promise<Hop> {
    const { request, signal, onProgress } = flight;
    const { statusCode, headers, body } = await client.request({
      path: url.pathname + url.search,
      method: request.method,
      headers: { 'user-agent': 'Hilo', 'accept-encoding': ACCEPTED_CODINGS, ...request.headers },
      body: request.body ?? null,
      signal,
    });
    onProgress();
    // The client is destroyed under bodies that nobody reads to their end.
    body.on('error', () => {});
    const location = textOf(headers.location);
    if (request.method === 'GET' && REDIRECTS.has(statusCode)) {
      if (location === undefined) throw new OutboundError('redirects', 'A redirect without a target');
      return { redirect: location };
    }
    const { bytesMax, overlong = 'refuse' } = request;
    const coding = textOf(headers['content-encoding']) ?? '';
    return {
      url: url.href,
      status: statusCode,
      contentType: textOf(headers['content-type']) ?? '',
      retryAfter: textOf(headers['retry-after']),
      body: await readResponse(body, coding, { bytesMax, overlong, onProgress, signal }),
    };
  }
}

/** Ends a request that takes too long, pauses too long, or that nobody wants any more. */
class Watch {
  readonly #clock: Clock;
  readonly #request: OutboundRequest;
  readonly #controller = new AbortController();
  readonly #cancelTotal: () => void;
  #cancelIdle: () => void = () => {};
  readonly #onAbort = (): void => this.#controller.abort(new OutboundError('aborted', 'Cancelled'));

  constructor(clock: Clock, request: OutboundRequest) {
    this.#clock = clock;
    this.#request = request;
    this.#cancelTotal = clock.after(request.totalMs, () => this.#expire(`${request.totalMs} ms are over`));
    if (request.signal?.aborted) this.#onAbort();
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.progress();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  progress(): void {
    this.#cancelIdle();
    const { idleMs } = this.#request;
    this.#cancelIdle = this.#clock.after(idleMs, () => this.#expire(`Nothing came for ${idleMs} ms`));
  }

  reason(): OutboundError {
    return outboundError(this.signal.reason);
  }

  end(): void {
    this.#cancelIdle();
    this.#cancelTotal();
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
  }

  #expire(message: string): void {
    this.#controller.abort(new OutboundError('timeout', message));
  }
}

/** undici settles an aborted request that is still connecting only when connecting is over. */
async function untilAborted<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  pending.catch(() => {});
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function outboundError(error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.ConnectTimeoutError) return new OutboundError('timeout', message, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isBroken =
    error instanceof errors.HTTPParserError ||
    /^(?:Z_|ERR_BROTLI|ERR_STREAM_PREMATURE|UND_ERR_(?:SOCKET|HEADERS|RES))/u.test(code);
  return new OutboundError(isBroken ? 'protocol' : 'unreachable', message, error);
}
