/**
 * The addresses of the APIs of others (gateway/apis): each request becomes one operation, whose events and
 * result become the body. [H-10]
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Params } from '../../shared/client/message.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Operation } from '../../shared/define-operation.ts';
import { isStream, OPERATIONS } from '../../shared/operations/index.ts';
import type { ApiAddress, ApiCall, ApiRequest, ExternalApi } from '../apis/external-api.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { ApiRefusal, failureError, refusalError, type ApiError } from './api-errors.ts';
import { guard, hasKey, leaves, refusalFor, type ApiOptions } from './api.ts';
import { BodyWriter } from './body-writer.ts';
import { checkKey } from './check-key.ts';
import { clientGone } from './client-gone.ts';
import { metaOf } from './client-of.ts';
import { sendExternalError } from './external-error.ts';
import { rateHeadersIn } from './rate-headers.ts';
import { Replays, type Recording } from './replays.ts';
import { bodyToInput } from './request-input.ts';
import { localeOf } from './request-locale.ts';
import { Failure, resultOf } from './server-answer.ts';
import { LargeBody } from './request-body.ts';
import { closeUnread } from './unread-body.ts';
import { lineOrFile, TRANSLATED_SHAPE, TranslatedBodies } from './translated-bodies.ts';
import { upload, UploadFailure } from './uploads.ts';

export interface ExternalOptions extends ApiOptions {
  readonly clock: Clock;
}

/** For all addresses. */
interface Shared {
  readonly replays: Replays;
  readonly bodies: TranslatedBodies;
  /** What requests said of their bodies, before the guard took all of them for JSON. */
  readonly types: WeakMap<FastifyRequest, string | undefined>;
  readonly options: ExternalOptions;
}

/** What is at one address: the first API whose `isFor` takes a request answers it. */
interface Offer {
  readonly api: ExternalApi;
  readonly address: ApiAddress;
}

export function addExternalApis(
  app: FastifyInstance,
  apis: readonly ExternalApi[],
  options: ExternalOptions,
): void {
  const shared: Shared = {
    replays: new Replays(options.clock, GATEWAY_LIMITS),
    bodies: new TranslatedBodies(GATEWAY_LIMITS),
    types: new WeakMap(),
    options,
  };
  const byPath = Map.groupBy(
    apis.flatMap((api) => api.addresses.map((address): Offer => ({ api, address }))),
    ({ address }) => address.path,
  );
  for (const [path, offers] of byPath) {
    const byMethod = Map.groupBy(offers, ({ address }) => address.method);
    for (const [method, offered] of byMethod) addRoute(app, { method, path, offered }, shared);
  }
}

interface ExternalRoute {
  readonly method: ApiAddress['method'];
  readonly path: string;
  readonly offered: readonly Offer[];
}

function addRoute(app: FastifyInstance, { method, path, offered }: ExternalRoute, shared: Shared): void {
  const { options } = shared;
  app.route({
    method,
    url: path,
    config: { takesLarge: true },
    onRequest: async (request, reply) => {
      const { api, address } = offerFor(request, offered);
      if (api.requestIdHeader !== undefined) reply.header(api.requestIdHeader, request.id);
      const isOpen = address.keyless === true || address.hasKeyInBody === true;
      if (address.receive) shared.types.set(request, request.headers['content-type']);
      guard(request, { usesCookie: false, isPublic: isOpen, isOpen }, options);
    },
    errorHandler: (error, request, reply) => {
      if (leaves(error, request, reply, options)) return;
      const { api } = offerFor(request, offered);
      closeUnread(request, reply, options.clock);
      void sendExternalError(reply, errorOf(error, request, options), request, api);
    },
    handler: async (request, reply) => {
      const offer = offerFor(request, offered);
      return offer.address.receive
        ? receive(request, reply, offer, shared)
        : answer(request, reply, offer, shared);
    },
  });
}

function offerFor({ headers }: FastifyRequest, offered: readonly Offer[]): Offer {
  const offer = offered.find(({ address }) => address.isFor?.(headers) ?? true);
  if (!offer) throw new ApiRefusal('unknown_address');
  return offer;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { address }: Offer,
  { replays, bodies, options }: Shared,
): Promise<FastifyReply> {
  const body = await bodies.read(request.body);
  const translated = address.translate(requestOf(request, address, body, options));
  if (!('operation' in translated)) {
    const { status, contentType } = translated;
    return reply.code(status).header('cache-control', 'no-store').type(contentType).send(translated.body);
  }
  if (address.hasKeyInBody) showKey(request, translated.key);
  const known = address.replays ? knownReplay(request, body, replays) : undefined;
  if (known?.state === 'finished') {
    // A key may have been revoked since.
    await checkKey(request, reply, options);
    const { contentType, headers, body: again } = known.answer;
    return (
      reply
        .headers(headers)
        .header('idempotent-replayed', 'true')
        .header('cache-control', 'no-store')
        .type(contentType)
        // A text would get another type, with a charset.
        .send(Buffer.from(again))
    );
  }
  await run(request, reply, { call: translated, body, recording: known?.recording }, options);
  return reply;
}

/** From here on it is in the header, where other keys come. Throws `ApiRefusal` where there is none. */
function showKey(request: FastifyRequest, key: string | undefined): void {
  if (hasKey(request)) return;
  if (key === undefined || !/^\S+$/.test(key)) throw new ApiRefusal('auth_required');
  request.raw.headers.authorization = `Bearer ${key}`;
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  { address }: Offer,
  { options, types }: Shared,
): Promise<FastifyReply> {
  const { body } = request;
  const locale = localeOf(request, options);
  const meta = metaOf(request, { locale, trustedProxies: options.trustedProxies });
  const signal = clientGone(request, reply);
  const whole = Buffer.isBuffer(body) ? [body] : [];
  const call = await address.receive?.({
    contentType: types.get(request),
    pieces: body instanceof LargeBody ? body.pieces : whole,
    locale,
    send: (pieces) => upload(options, { pieces, purpose: 'batch' }, { meta, signal }),
  });
  if (!call) throw new ApiRefusal('unknown_address');
  await run(request, reply, { call, body: Buffer.alloc(0), recording: undefined }, options);
  return reply;
}

/** Throws `ApiRefusal` when the key cannot be used now. */
function knownReplay(request: FastifyRequest, body: Buffer, replays: Replays) {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  const whose = `${request.headers.authorization ?? ''} ${request.method} ${request.url}`;
  const known = replays.begin(whose, key, body);
  if (known.state === 'running') throw new ApiRefusal('idempotency_running');
  if (known.state === 'other') throw new ApiRefusal('idempotency_other');
  return known;
}

interface Running {
  readonly body: Buffer;
  readonly call: ApiCall;
  readonly recording: Recording | undefined;
}

async function run(
  request: FastifyRequest,
  reply: FastifyReply,
  { call, body, recording }: Running,
  options: ExternalOptions,
): Promise<void> {
  const { operation, params, reply: form } = call;
  const known: Operation = OPERATIONS[operation];
  const cancel = new AbortController();
  const gone = clientGone(request, reply);
  const signal = AbortSignal.any([gone, cancel.signal]);
  let fault: { readonly thrown: unknown } | undefined;
  const written = (name: string, told: Params): string | Uint8Array => {
    try {
      return form.bytes?.(name, told) ?? form.event(name, told);
    } catch (thrown) {
      // What the model says cannot be put into the form of this API.
      fault ??= { thrown };
      cancel.abort();
      return '';
    }
  };
  const { clock, trustedProxies, pool } = options;
  const { contentType, keepAlive } = form;
  const headers = () => form.headers?.() ?? {};
  const writer = new BodyWriter(reply, { contentType, keepAlive, headers, clock }, (text) =>
    // What is kept to be given again is text.
    recording?.add(typeof text === 'string' ? text : Buffer.from(text).toString()),
  );
  let isDone = false;
  try {
    const meta = metaOf(request, { locale: localeOf(request, options), trustedProxies });
    const asked = { body, takesFile: known.largeInput === true };
    const answered = await pool.ask(
      {
        method: operation,
        params: await lineOrFile(options, params, { ...asked, meta, signal }),
        meta,
        timeoutMs: isStream(operation) ? undefined : GATEWAY_LIMITS.operationMs,
        isRead: known.effect === 'read',
        onEvent: (name, told) => {
          const rates = rateHeadersIn(name, told);
          if (!rates) return writer.write(written(name, told));
          if (!writer.isBegun) reply.headers(rates);
          return undefined;
        },
      },
      signal,
    );
    if (gone.aborted) return void reply.hijack();
    if (fault) throw fault.thrown;
    if (!writer.isBegun) reply.code(call.status ?? 200);
    writer.end(form.result(resultOf(answered)));
    isDone = true;
    recording?.finished({ contentType, headers: headers() });
  } catch (thrown) {
    writer.stop();
    if (!writer.isBegun) throw thrown;
    endBadly(writer, form.failure(errorOf(thrown, request, options)));
  } finally {
    writer.stop();
    if (!isDone) recording?.failed();
  }
}

function endBadly(writer: BodyWriter, text: string | undefined): void {
  if (text === undefined) writer.cut();
  else writer.end(text);
}

function requestOf(
  request: FastifyRequest,
  { method }: ApiAddress,
  body: Buffer,
  options: ExternalOptions,
): ApiRequest {
  const { clock, newId } = options;
  return {
    body: method === 'GET' ? {} : bodyToInput(body, TRANSLATED_SHAPE),
    path: request.params as ApiRequest['path'],
    query: request.query as ApiRequest['query'],
    headers: request.headers,
    locale: localeOf(request, options),
    id: request.id,
    now: clock.now(),
    clock,
    newId,
  };
}

function errorOf(thrown: unknown, request: FastifyRequest, options: ExternalOptions): ApiError {
  if (thrown instanceof Failure) return thrown.error;
  if (thrown instanceof UploadFailure) return failureError(thrown.failure);
  const refusal = thrown instanceof ApiRefusal ? thrown : refusalFor(thrown);
  if (refusal.key === 'failed') request.log.error({ error: thrown, request: request.id }, 'A request failed');
  return refusalError(refusal, localeOf(request, options));
}
