/**
 * What an HTTP API of another maker is to the gateway: addresses, and pure functions between their bodies and
 * the operations of the server. No state beyond one request, no business.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Params } from '../../shared/client/message.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Locale } from '../../shared/locale.ts';
import type { OperationName } from '../../shared/operations/index.ts';
import type { ApiError } from '../http/api-errors.ts';

export interface ApiRequest {
  /** Of its JSON; empty when there is none. */
  readonly body: Params;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers: IncomingHttpHeaders;
  /** The language of the client, for words in the body. */
  readonly locale: Locale;
  /** What `X-Request-Id` says. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** For a reply that says when its parts were written and how long they took. */
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly newId: () => string;
}

/** An operation that is run for a request, and how its events and its result become the body. */
export interface ApiCall {
  readonly operation: OperationName;
  readonly params: Params;
  readonly reply: ApiReply;
  /** That the body shows, at an address that allows it. */
  readonly key?: string | undefined;
  /** Of a success; 200 when left out. */
  readonly status?: number;
}

/** Made for one request; it may remember what it has written. */
export interface ApiReply {
  readonly contentType: string;
  /** Written when nothing else was for a while. Absent: the client waits in silence. */
  readonly keepAlive?: string;
  /** Sent with the head. */
  headers?(): Readonly<Record<string, string>>;
  /** What to write for an event. The head is sent with the first text that is not empty. */
  event(name: string, params: Params): string;
  /** In place of a text, where the body is no text. */
  bytes?(name: string, params: Params): Uint8Array | undefined;
  /** The rest of the body. May throw an `ApiRefusal` as long as nothing was written. */
  result(result: Params): string;
  /** What to write when it fails after the head was sent; undefined: the connection is cut. */
  failure(error: ApiError): string | undefined;
}

/** An answer that needs no operation. */
export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface ApiAddress {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Fastify writes it: `/v1/models/:model`, `/v1/models/*`. HEAD is answered wherever GET is. */
  readonly path: string;
  /**
   * Which requests it is for, where several APIs have the same address: the first one that takes a request
   * answers it. All of them when left out.
   */
  isFor?(headers: IncomingHttpHeaders): boolean;
  /** Without a key too. */
  readonly keyless?: true;
  /** Where no header shows a key, the body does. */
  readonly hasKeyInBody?: true;
  /** The header `Idempotency-Key` is honoured. */
  readonly replays?: true;
  /** Throws `ApiRefusal` for a body that cannot be translated. */
  translate(request: ApiRequest): ApiCall | ApiAnswer;
  /** In its place where the body is no JSON, and is read as it comes. Rejects with `ApiRefusal`. */
  receive?(upload: ApiUpload): Promise<ApiCall>;
}

export interface ApiUpload {
  readonly contentType: string | undefined;
  readonly pieces: AsyncIterable<Buffer> | Iterable<Buffer>;
  readonly locale: Locale;
  /** Sends it to the server as a file of a batch, and resolves with the name that it has there. */
  readonly send: (pieces: AsyncIterable<Buffer>) => Promise<string>;
}

export interface ApiErrorAnswer {
  readonly body: object;
  /** In place of that of the error. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ExternalApi {
  readonly addresses: readonly ApiAddress[];
  /** Says the id of a request beside `X-Request-Id`, under the name that its clients know. */
  readonly requestIdHeader?: string;
  /** Whether an address that there is not, or does not take a method, would belong to it. */
  isNear?(path: string, headers: IncomingHttpHeaders): boolean;
  /** Every error at these addresses, also those of the gateway itself, in the API's own form. */
  error(error: ApiError, request: { readonly id: string }): ApiErrorAnswer;
}
