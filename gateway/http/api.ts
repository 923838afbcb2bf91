/**
 * The HTTP API: a loop over the addresses in the table of operations. [H-1] Nothing is decided here but what
 * HTTP itself asks for; who may do what, and what it means, is the server's part.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Params } from '../../shared/client/message.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Operation } from '../../shared/define-operation.ts';
import type { AddressRanges } from '../../shared/ip-address.ts';
import type { Locale } from '../../shared/locale.ts';
import { describedPaths } from '../apis/described/index.ts';
import { EXTERNAL_APIS } from '../apis/index.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { OriginRulesFor } from '../own-names.ts';
import { ApiRefusal, failureError, refusalError, sendError } from './api-errors.ts';
import { endpointsOf, methodsByUrl, routesOf, type ApiRoute } from './api-routes.ts';
import { authorizationOf, cookieScopeOf, metaOf, requestIdOf } from './client-of.ts';
import { checkKey } from './check-key.ts';
import { clientGone } from './client-gone.ts';
import { addCors, type CorsOptions } from './cors.ts';
import {
  clearedDeviceCookie,
  clearedRefreshCookie,
  deviceCookie,
  deviceTokenIn,
  refreshCookie,
  refreshTokenIn,
} from './cookies.ts';
import { sendErrorNear } from './external-error.ts';
import { HEALTH_PATHS } from './health-paths.ts';
import { addDescription } from './openapi.ts';
import { rateHeadersIn } from './rate-headers.ts';
import { Bodies, LargeBody } from './request-body.ts';
import { refusalOf } from './request-guard.ts';
import { bodyToInput, joined, kindsOf, wordsToInput, type Kinds } from './request-input.ts';
import { localeOf } from './request-locale.ts';
import { Failure, FAULTS } from './server-answer.ts';
import type { ServerAnswer, ServerPool } from './server-pool.ts';
import { bodyLengthOf, closeUnread, hasLongBody } from './unread-body.ts';
import { upload, UploadFailure, UploadFault } from './uploads.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A body that does not fit into a line goes to the server in pieces. */
    takesLarge?: boolean;
  }
}

export interface ApiOptions extends CorsOptions {
  readonly operations: readonly Operation[];
  readonly pool: Pick<ServerPool, 'ask'>;
  readonly clock: Clock;
  readonly locale: Locale;
  readonly trustedProxies: AddressRanges;
  readonly originRules: OriginRulesFor;
  readonly newId: () => string;
  /** Called with the status of each answer. */
  readonly onAnswered: (status: number) => void;
  isDraining(): boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Addresses that are not in the table. */
export interface MoreRoutes {
  readonly addresses: readonly { readonly method: string; readonly path: string }[];
  /** Called once, with what has the hooks of the API. */
  add(api: FastifyInstance): void;
}

export async function addApi(app: FastifyInstance, options: ApiOptions, more?: MoreRoutes): Promise<void> {
  const routes = routesOf(options.operations);
  await app.register((api, _, done) => {
    const { bodiesBytesMax: bytesMax, requestMs: readMs } = GATEWAY_LIMITS;
    const bodies = new Bodies({ clock: options.clock, bytesMax, readMs });
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', (request: FastifyRequest) => {
      const { bodyBytesMax, bodyBytesMaxWithKey } = GATEWAY_LIMITS;
      if (!hasKey(request)) return bodies.read(request.raw, bodyBytesMax);
      if (takesLarge(request)) return bodies.readAny(request.raw, bodyBytesMaxWithKey);
      return bodies.read(request.raw, bodyBytesMaxWithKey);
    });
    // Nobody should send megabytes to learn that a key is not good.
    api.addHook('preParsing', async (request, reply) => {
      const isRefused = !takesLarge(request) && bodyLengthOf(request) > GATEWAY_LIMITS.bodyBytesMaxWithKey;
      if (!isRefused && hasLongBody(request) && hasKey(request)) await checkKey(request, reply, options);
    });
    api.addHook('onRequest', async (request, reply) => {
      reply.raw.once('close', () => bodies.release(request.raw));
      request.id = requestIdOf(request.headers['x-request-id'], options.newId);
      reply.header('x-request-id', request.id).header('x-robots-tag', 'noindex');
      if (options.isDraining()) throw new ApiRefusal('draining');
    });
    api.addHook('onResponse', async (_, { statusCode }) => options.onAnswered(statusCode));
    addCors(api, options);
    api.setErrorHandler((error, request, reply) => answerError(error, request, reply, options));
    addDescription(api, {
      operations: options.operations,
      morePaths: { ...HEALTH_PATHS, ...describedPaths(EXTERNAL_APIS) },
    });
    for (const route of routes) addRoute(api, route, options);
    more?.add(api);
    for (const [url, methods] of methodsByUrl([...endpointsOf(routes), ...(more?.addresses ?? [])])) {
      refuseOthers(api, url, methods);
    }
    done();
  });
}

function takesLarge(request: FastifyRequest): boolean {
  return request.routeOptions.config.takesLarge === true;
}

function addRoute(api: FastifyInstance, route: ApiRoute, options: ApiOptions): void {
  const { url, form, operation } = route;
  const kinds = kindsOf(operation.input);
  api.route({
    method: form.method,
    url,
    config: { takesLarge: operation.largeInput === true },
    onRequest: async (request) => guard(request, guardedBy(route), options),
    handler: async (request, reply) => {
      const gone = clientGone(request, reply);
      const { trustedProxies } = options;
      const meta = metaOf(request, { locale: localeOf(request, options), trustedProxies });
      const input = inputOf(request, route, kinds);
      const { body } = request;
      const params =
        body instanceof LargeBody
          ? { ...input, file: await upload(options, body, { meta, signal: gone }) }
          : input;
      const answer = await options.pool.ask(
        {
          method: operation.name,
          params,
          meta,
          timeoutMs: timeoutOf(operation),
          isRead: operation.effect === 'read',
          onEvent: (name, params) => void reply.headers(rateHeadersIn(name, params) ?? {}),
        },
        gone,
      );
      if (gone.aborted) return reply.hijack();
      return answerWith(answer, request, reply, route, options);
    },
  });
}

/** The server, which is nearer, gives up first. */
function timeoutOf({ deadlineMs = 0 }: Operation): number {
  return Math.max(GATEWAY_LIMITS.operationMs, deadlineMs + GATEWAY_LIMITS.operationMarginMs);
}

function guardedBy({ form, operation }: ApiRoute): Guarded {
  const isPublic = operation.access === 'public';
  return { usesCookie: form.cookie === 'refresh', isPublic, isOpen: isPublic || form.keyless === true };
}

export interface Guarded {
  readonly usesCookie: boolean;
  /** Shows nothing of a guest. */
  readonly isPublic: boolean;
  /** Also without a key. */
  readonly isOpen: boolean;
}

/** Throws `ApiRefusal`. */
export function guard(
  request: FastifyRequest,
  { usesCookie, isPublic, isOpen }: Guarded,
  options: Pick<ApiOptions, 'originRules'>,
): void {
  const { headers } = request;
  const refusal = refusalOf(
    {
      hasBody: headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0,
      hasKey: hasKey(request),
      hasCookie: refreshTokenIn(headers.cookie) !== undefined,
      usesCookie,
      isPublic,
      origin: headers.origin,
      host: headers.host,
      contentType: headers['content-type'],
      site: [headers['sec-fetch-site']].flat()[0],
    },
    options.originRules(request.raw.socket),
  );
  if (refusal) throw new ApiRefusal(refusal);
  if (!isOpen && !hasKey(request)) throw new ApiRefusal('auth_required');
  // With a key, any other type means JSON too, even what Fastify would not take for a type.
  request.raw.headers['content-type'] = 'application/json';
}

/** Of a GET the query, otherwise the body: what a client appends to other addresses is left alone. */
function inputOf(request: FastifyRequest, { form }: ApiRoute, kinds: Kinds): Params {
  const path = wordsToInput(request.params as Record<string, string>, kinds);
  const rest =
    form.method === 'GET'
      ? wordsToInput(request.query as Record<string, string | string[]>, kinds)
      : bodyToInput(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  const input = joined(path, rest);
  return form.cookie === 'refresh' ? { ...tokensOf(request.headers.cookie, kinds), ...input } : input;
}

/** The tokens in cookies that the operation takes. */
function tokensOf(header: string | undefined, kinds: Kinds): Params {
  const refreshToken = kinds.has('refreshToken') ? refreshTokenIn(header) : undefined;
  const deviceToken = kinds.has('deviceToken') ? deviceTokenIn(header) : undefined;
  return {
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(deviceToken === undefined ? {} : { deviceToken }),
  };
}

function answerWith(
  answer: ServerAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  { form }: ApiRoute,
  options: ApiOptions,
): FastifyReply {
  if ('fault' in answer) throw new ApiRefusal(FAULTS[answer.fault]);
  const scope = cookieScopeOf(request, options.trustedProxies);
  if (!answer.ok) {
    // Any other failure, such as a full server or a wrong password, says nothing about the token.
    const isSignedOut = form.cookie !== undefined && answer.failure.reason === 'login_ended';
    if (isSignedOut && refreshTokenIn(request.headers.cookie)) {
      reply.header('set-cookie', clearedRefreshCookie(scope));
    }
    return sendError(reply, failureError(answer.failure));
  }
  const { refreshToken, deviceToken, ...rest } = answer.result;
  const isForCookie = form.cookie !== undefined && request.headers.origin !== undefined;
  if (isForCookie) {
    const isGiven = typeof refreshToken === 'string';
    reply.header('set-cookie', [
      isGiven ? refreshCookie(refreshToken, scope) : clearedRefreshCookie(scope),
      ...(typeof deviceToken === 'string' ? [deviceCookie(deviceToken, scope)] : []),
      ...(form.cookie === 'ended' ? [clearedDeviceCookie(scope)] : []),
    ]);
  }
  const { cacheSeconds, status = 200 } = form;
  reply.code(status);
  reply.header('cache-control', cacheSeconds === undefined ? 'no-store' : `public, max-age=${cacheSeconds}`);
  if (status === 204) return reply.send();
  return reply
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(isForCookie ? rest : answer.result));
}

function refuseOthers(api: FastifyInstance, url: string, methods: readonly string[]): void {
  const others = METHODS.filter((method) => !methods.includes(method));
  api.route({
    method: others,
    url,
    exposeHeadRoute: false,
    onRequest: async ({ method }, reply) => {
      reply.header('allow', [...methods, 'OPTIONS'].join(', '));
      throw new ApiRefusal('method_not_allowed', { method });
    },
    handler: async () => undefined,
  });
  api.route({
    method: 'OPTIONS',
    url,
    handler: async (_, reply) =>
      reply
        .code(204)
        .header('allow', [...methods, 'OPTIONS'].join(', '))
        .send(),
  });
}

/** For an address that begins like one of the API, but is none. */
export function answerUnknown(
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<ApiOptions, 'locale' | 'newId' | 'clock' | 'onAnswered'>,
): FastifyReply {
  request.id = requestIdOf(request.headers['x-request-id'], options.newId);
  reply.header('x-request-id', request.id);
  return answerError(new ApiRefusal('unknown_address'), request, reply, options);
}

/** Anything thrown on the way of a request to the API, and what Fastify itself finds wrong with it. */
function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<ApiOptions, 'locale' | 'clock' | 'onAnswered'>,
): FastifyReply {
  if (leaves(error, request, reply, options)) return reply;
  closeUnread(request, reply, options.clock);
  if (error instanceof UploadFailure) return sendError(reply, failureError(error.failure));
  if (error instanceof Failure) return sendError(reply, error.error);
  const refusal = error instanceof ApiRefusal ? error : refusalFor(error);
  if (refusal.key === 'failed') request.log.error({ error, request: request.id }, 'A request failed');
  const locale = localeOf(request, options);
  reply.header('content-language', locale);
  return sendErrorNear(reply, refusalError(refusal, locale), request);
}

/**
 * A client that breaks off, or sends what is not HTTP, while its body is read: nobody waits for an answer,
 * and it is no failure of ours. Counted as 499.
 */
export function leaves(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { onAnswered }: Pick<ApiOptions, 'onAnswered'>,
): boolean {
  if (!request.raw.destroyed || request.raw.complete || reply.sent) return false;
  request.log.debug({ error, request: request.id }, 'A client has left while its body was read');
  onAnswered(CLIENT_LEFT);
  reply.hijack();
  return true;
}

const CLIENT_LEFT = 499;

export function refusalFor(error: unknown): ApiRefusal {
  if (error instanceof UploadFault) return new ApiRefusal(FAULTS[error.fault]);
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return new ApiRefusal(typeof status === 'number' && status < 500 ? 'bad_request' : 'failed');
}

export function hasKey(request: FastifyRequest): boolean {
  return authorizationOf(request.headers.authorization) !== undefined;
}
