/** Plain HTTP: the page, health, readiness, metrics. */
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../shared/clock.ts';
import type { Locale, Localised } from '../shared/locale.ts';
import { HttpConnections } from './http-connections.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { refuse } from './refusal.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { preferredLocale, TEXTS, type TextKey } from './texts.ts';
import { isWebSocketUpgrade, WEBSOCKET_PATHS } from './upgrade.ts';

export interface HttpOptions {
  readonly log: FastifyBaseLogger;
  readonly locale: Locale;
  /** The built page. */
  readonly pageDirectory: string;
  readonly registry: Registry;
  /** For the whole head of a request, so that a slow handshake is cut. */
  readonly handshakeMs: number;
  readonly clock: Clock;
  /** Addresses without a limit of their own. */
  readonly isExempt: (address: string) => boolean;
  isDraining(): boolean;
  /** Why the server would accept no message now; undefined when it would. */
  readiness(): Promise<Localised | undefined>;
}

/** Errors of Node's HTTP parser and timer. */
const CLIENT_ERRORS: Readonly<Record<string, { readonly status: number; readonly text: TextKey }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'too_slow' },
  HPE_HEADER_OVERFLOW: { status: 431, text: 'head_too_large' },
};
const BAD_REQUEST = { status: 400, text: 'bad_request' } as const;

export interface Http {
  readonly app: FastifyInstance;
  readonly connections: HttpConnections;
}

export async function createHttp(options: HttpOptions): Promise<Http> {
  const { clock, isExempt, locale } = options;
  const connections = new HttpConnections({
    clock,
    isExempt,
    refuse: (socket, reason) => refuse(socket, { ...reason, locale }),
  });
  const app = createApp(options);
  app.server.on('connection', (socket: Socket) => connections.opened(socket));
  app.addHook('onClose', () => connections.close());
  app.addHook('onRequest', async (request, reply) => {
    if (connections.requested(request.raw.socket, reply.raw)) reply.headers(SECURITY_HEADERS);
    else reply.hijack();
  });
  addErrors(app, options);
  addOperations(app, options);
  await addPage(app, options);
  return { app, connections };
}

function createApp(options: HttpOptions): FastifyInstance {
  return fastify({
    loggerInstance: options.log,
    // Fastify's own answer to a path that is no URI would come without our headers.
    frameworkErrors: (_error, request, reply) => {
      refuse(request.raw.socket, { ...BAD_REQUEST, locale: localeFor(options, request) });
      reply.hijack();
    },
    // Nor would its answer to bytes that are not an HTTP request: too slow, too long, or malformed.
    clientErrorHandler: (error, socket) => {
      const answer = CLIENT_ERRORS[error.code] ?? BAD_REQUEST;
      if (socket.writable) refuse(socket, { ...answer, locale: options.locale });
      else socket.destroy();
    },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: GATEWAY_LIMITS.requestBodyBytesMax,
    requestTimeout: GATEWAY_LIMITS.requestMs,
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

function addErrors(app: FastifyInstance, options: HttpOptions): void {
  app.setErrorHandler((error, request, reply) => {
    // A client's mistakes are not logged: a scanner would fill the log.
    const status = statusOf(error);
    if (status === 416) return say(options, request, rangeOf(error, reply).code(416), 'range');
    if (status === 400) return say(options, request, reply.code(400), 'bad_request');
    // A path that leads out of the page's folder. The answer does not say whether a file is there.
    if (status >= 400 && status < 500) return say(options, request, reply.code(404), 'not_found');
    request.log.error({ error }, 'A request failed');
    return say(options, request, reply.code(500), 'failed');
  });
  app.setNotFoundHandler((request, reply) => say(options, request, reply.code(404), 'not_found'));
}

function addOperations(app: FastifyInstance, options: HttpOptions): void {
  app.get('/healthz', async (_request, reply) => plain(reply, 'ok'));
  app.get('/readyz', async (request, reply) => {
    if (options.isDraining()) return say(options, request, reply.code(503), 'draining');
    const hindrance = await options.readiness();
    return hindrance ? sayText(options, request, reply.code(503), hindrance) : plain(reply, 'ready');
  });
  app.get('/metrics', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type(options.registry.contentType);
    return options.registry.metrics();
  });
  for (const path of WEBSOCKET_PATHS.filter((one) => one !== '/')) {
    app.get(path, async (request, reply) => {
      reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      return say(options, request, reply.code(426), 'upgrade_required');
    });
  }
}

/** Vite puts a hash into the name of every file under assets/; all else may change under its name. */
async function addPage(app: FastifyInstance, options: HttpOptions): Promise<void> {
  const assets = join(options.pageDirectory, 'assets/');
  app.addHook('preHandler', async (request, reply) => {
    const isPage = request.url === '/' || request.url.startsWith('/?');
    if (!isPage || existsSync(join(options.pageDirectory, 'index.html'))) return undefined;
    return say(options, request, reply.code(503), 'page_not_built');
  });
  await app.register(fastifyStatic, {
    root: options.pageDirectory,
    index: ['index.html'],
    // A page that is built later is served without a restart, so a missing directory is no fault.
    suppressWarning: true,
    // The build puts .br and .gz beside its files.
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = path.startsWith(assets);
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
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

function plain(reply: FastifyReply, text: string): string {
  reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
  return `${text}\n`;
}

function localeFor({ locale }: HttpOptions, request: FastifyRequest): Locale {
  return preferredLocale(request.headers['accept-language'], locale);
}

function say(options: HttpOptions, request: FastifyRequest, reply: FastifyReply, key: TextKey): FastifyReply {
  return sayText(options, request, reply, TEXTS[key]);
}

function sayText(
  options: HttpOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  text: Localised,
): FastifyReply {
  const locale = localeFor(options, request);
  if (reply.statusCode === 503) reply.header('retry-after', GATEWAY_LIMITS.retryAfterSeconds);
  reply.header('content-language', locale).header('vary', 'accept-language');
  return reply.send(plain(reply, text[locale]));
}
