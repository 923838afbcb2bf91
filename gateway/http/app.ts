/** Plain HTTP: the API, the page, health, readiness, metrics. */
import type { Socket } from 'node:net';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import type { Locale } from '../../shared/locale.ts';
import { addApi, answerUnknown, type ApiOptions } from './api.ts';
import { apiPaths, pathOf, routesOf } from './api-routes.ts';
import { EXTERNAL_APIS } from '../apis/index.ts';
import { addExternalApis } from './external-routes.ts';
import { addHealth, type HealthOptions } from './health.ts';
import { isHttpsForwarded } from './client-of.ts';
import { HttpConnections } from './http-connections.ts';
import { isEncrypted } from '../encrypted.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { refuse } from '../refusal.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';
import { preferredLocale, type TextKey } from '../texts.ts';
import { addPage } from './page.ts';
import { PlainText } from './plain-text.ts';
import { readShownKeys } from './shown-key.ts';
import { addSignOn } from './sign-on.ts';
import { isWebSocketUpgrade, WEBSOCKET_PATHS } from '../upgrade.ts';

export interface HttpOptions extends HealthOptions {
  readonly log: FastifyBaseLogger;
  readonly locale: Locale;
  /** The built page. */
  readonly pageDirectory: string;
  /** For the whole head of a request, so that a slow handshake is cut. */
  readonly handshakeMs: number;
  readonly clock: Clock;
  /** Addresses without a limit of their own. */
  readonly isExempt: (address: string) => boolean;
  /** Of one address, at once. */
  readonly addressRequestsMax: number;
  readonly api: ApiOptions;
  /** For `Strict-Transport-Security`; 0: it is not sent. */
  readonly hstsSeconds: number;
}

/** Errors of Node's HTTP parser and timer. */
const CLIENT_ERRORS: Readonly<Record<string, { readonly status: number; readonly text: TextKey }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'too_slow' },
  HPE_HEADER_OVERFLOW: { status: 431, text: 'head_too_large' },
};
const BAD_REQUEST = { status: 400, text: 'bad_request' } as const;
const PLAIN_EXPECTED = { status: 400, text: 'plain_expected' } as const;

export interface Http {
  readonly app: FastifyInstance;
  readonly connections: HttpConnections;
}

export async function createHttp(options: HttpOptions): Promise<Http> {
  const { clock, isExempt, locale, addressRequestsMax } = options;
  const connections = new HttpConnections({
    clock,
    addressRequestsMax,
    isExempt,
    refuse: (socket, reason) => refuse(socket, { ...reason, locale }),
  });
  const app = createApp(options);
  // Browsers ignore it without encryption (RFC 6797 §8.1).
  const isHstsDue = (request: FastifyRequest) =>
    options.hstsSeconds > 0 &&
    (isEncrypted(request.raw.socket) || isHttpsForwarded(request, options.api.trustedProxies));
  app.server.on('connection', (socket: Socket) => connections.opened(socket));
  app.addHook('onClose', () => connections.close());
  app.addHook('onRequest', async (request, reply) => {
    if (!connections.requested(request.raw.socket, reply.raw)) return void reply.hijack();
    reply.headers(SECURITY_HEADERS);
    if (isHstsDue(request)) reply.header('strict-transport-security', `max-age=${options.hstsSeconds}`);
    return undefined;
  });
  const text = new PlainText(locale);
  addErrors(app, text, options);
  addHealth(app, text, options);
  addWebSocketHints(app, text);
  await addApi(app, options.api, {
    addresses: EXTERNAL_APIS.flatMap(({ addresses }) => addresses),
    add: (api) => addExternalApis(api, EXTERNAL_APIS, { ...options.api, clock }),
  });
  addSignOn(app, options.api);
  await addPage(app, text, options.pageDirectory);
  readShownKeys(app.server);
  return { app, connections };
}

function createApp(options: HttpOptions): FastifyInstance {
  return fastify({
    loggerInstance: options.log,
    // Fastify's own answer to a path that is no URI would come without our headers.
    frameworkErrors: (_error, request, reply) => {
      refuse(request.raw.socket, {
        ...BAD_REQUEST,
        locale: preferredLocale(request.headers['accept-language'], options.locale),
      });
      reply.hijack();
    },
    // Nor would its answer to bytes that are not an HTTP request: too slow, too long, or malformed.
    clientErrorHandler: (error, socket) => {
      const answer = isTlsHello(error) ? PLAIN_EXPECTED : (CLIENT_ERRORS[error.code] ?? BAD_REQUEST);
      if (socket.writable) refuse(socket, { ...answer, locale: options.locale });
      else socket.destroy();
    },
    routerOptions: { maxParamLength: GATEWAY_LIMITS.pathParameterCharactersMax },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: GATEWAY_LIMITS.bodyBytesMax,
    requestTimeout: GATEWAY_LIMITS.largeRequestMs,
    keepAliveTimeout: GATEWAY_LIMITS.keepAliveMs,
    forceCloseConnections: true,
    http: {
      headersTimeout: options.handshakeMs,
      connectionsCheckingInterval: GATEWAY_LIMITS.requestCheckMs,
      maxHeaderSize: GATEWAY_LIMITS.requestHeadBytesMax,
      // The mark at which a WebSocket's socket reports `drain`.
      highWaterMark: GATEWAY_LIMITS.browserBacklogBytesMax,
      noDelay: true,
      shouldUpgradeCallback: isWebSocketUpgrade,
    },
  });
}

/** A TLS record of type handshake, version 3.x (RFC 8446 §5.1), where an HTTP request was expected. */
function isTlsHello(error: Error): boolean {
  const bytes = 'rawPacket' in error ? error.rawPacket : undefined;
  return Buffer.isBuffer(bytes) && bytes[0] === 0x16 && bytes[1] === 0x03;
}

function addErrors(app: FastifyInstance, text: PlainText, options: HttpOptions): void {
  app.setErrorHandler((error, request, reply) => {
    // A client's mistakes are not logged: a scanner would fill the log.
    const status = statusOf(error);
    if (status === 416) return text.say(request, rangeOf(error, reply).code(416), 'range');
    if (status === 400) return text.say(request, reply.code(400), 'bad_request');
    // A path that leads out of the page's folder. The answer does not say whether a file is there.
    if (status >= 400 && status < 500) return text.say(request, reply.code(404), 'not_found');
    request.log.error({ error }, 'A request failed');
    return text.say(request, reply.code(500), 'failed');
  });
  const isOfApi = apiAddresses(options.api);
  app.addHook('onRequest', async (request, reply) => {
    // Before a body is read that nobody wants.
    if (request.is404 && !reply.sent && isOfApi(request)) return answerUnknown(request, reply, options.api);
    return undefined;
  });
  app.setNotFoundHandler((request, reply) => {
    // What could be a file of the page has been looked for.
    if (isOfApi(request)) return answerUnknown(request, reply, options.api);
    return text.say(request, reply.code(404), 'not_found');
  });
}

/** Whether a request at an address that there is not comes from a program, which reads JSON. */
function apiAddresses({ operations }: Pick<ApiOptions, 'operations'>): (request: FastifyRequest) => boolean {
  const external = EXTERNAL_APIS.flatMap(({ addresses }) => addresses.map(({ path }) => path));
  const isApi = apiPaths([...routesOf(operations).map(({ url }) => url), ...external]);
  // No browser shows a key when it asks for a page.
  return ({ headers, url }) => headers.authorization !== undefined || isApi(pathOf(url));
}

function addWebSocketHints(app: FastifyInstance, text: PlainText): void {
  for (const path of WEBSOCKET_PATHS.filter((one) => one !== '/')) {
    app.get(path, async (request, reply) => {
      reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      return text.say(request, reply.code(426), 'upgrade_required');
    });
  }
}

/** How long the file is (RFC 9110 §15.5.17). */
function rangeOf(error: unknown, reply: FastifyReply): FastifyReply {
  const headers = error instanceof Error && 'headers' in error ? error.headers : undefined;
  const range = new Headers(headers ?? {}).get('content-range');
  return range === null ? reply : reply.header('content-range', range);
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
