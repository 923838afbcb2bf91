/** Plain HTTP: the page, health, readiness, metrics. */
import { existsSync } from 'node:fs';
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
import type { Locale } from '../shared/locale.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { preferredLocale, TEXTS, type TextKey } from './texts.ts';

export interface HttpOptions {
  readonly log: FastifyBaseLogger;
  readonly locale: Locale;
  /** The built page. */
  readonly pageDirectory: string;
  readonly registry: Registry;
  /** For the whole head of a request, so that a slow handshake is cut. */
  readonly handshakeMs: number;
  isDraining(): boolean;
  isServerReachable(): Promise<boolean>;
}

/** The page loads from its own origin alone; nobody may frame it. Markdown may show inline data images. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log,
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
    },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ error }, 'A request failed');
    return say(options, request, reply.code(500), 'failed');
  });
  app.setNotFoundHandler((request, reply) => say(options, request, reply.code(404), 'not_found'));
  addOperations(app, options);
  await addPage(app, options);
  return app;
}

function addOperations(app: FastifyInstance, options: HttpOptions): void {
  app.get('/healthz', async (_request, reply) => plain(reply, 'ok'));
  app.get('/readyz', async (request, reply) => {
    if (options.isDraining()) return say(options, request, reply.code(503), 'draining');
    if (await options.isServerReachable()) return plain(reply, 'ready');
    return say(options, request, reply.code(503), 'server_unreachable');
  });
  app.get('/metrics', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type(options.registry.contentType);
    return options.registry.metrics();
  });
  app.get('/ws', async (request, reply) => {
    reply.header('upgrade', 'websocket').header('connection', 'upgrade');
    return say(options, request, reply.code(426), 'upgrade_required');
  });
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

function plain(reply: FastifyReply, text: string): string {
  reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
  return `${text}\n`;
}

function say(options: HttpOptions, request: FastifyRequest, reply: FastifyReply, key: TextKey): FastifyReply {
  const locale = preferredLocale(request.headers['accept-language'], options.locale);
  if (reply.statusCode === 503) reply.header('retry-after', GATEWAY_LIMITS.retryAfterSeconds);
  reply.header('content-language', locale).header('vary', 'accept-language');
  return reply.send(plain(reply, TEXTS[key][locale]));
}
