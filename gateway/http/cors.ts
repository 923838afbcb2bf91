/**
 * [H-6] in docs/protocol.md.
 * Pages of other origins may use the API with a key of their own, if the operator names them. They get no
 * cookies: credentials are not allowed.
 */
import type { FastifyInstance } from 'fastify';

export interface CorsOptions {
  readonly allowedOrigins: readonly string[];
}

const HEADERS = {
  'access-control-expose-headers': [
    'x-request-id',
    'retry-after',
    'x-should-retry',
    'x-ratelimit-limit-requests',
    'x-ratelimit-remaining-requests',
    'x-ratelimit-reset-requests',
    'x-ratelimit-limit-tokens',
    'x-ratelimit-remaining-tokens',
  ].join(', '),
} as const;

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-max-age': '600',
} as const;

const REQUEST_HEADERS = ['authorization', 'content-type', 'idempotency-key', 'x-api-key', 'x-request-id'];
/** Packages send a dozen of these, others with each version. Nothing here reads one that it does not know. */
const PACKAGE_HEADER = /^(?:x-stainless|openai|anthropic)-[\w-]{1,64}$/;
const PACKAGE_HEADERS_MAX = 32;

export function addCors(api: FastifyInstance, { allowedOrigins }: CorsOptions): void {
  api.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'origin, accept-language');
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin).headers(HEADERS);
    if (request.method !== 'OPTIONS') return;
    const wanted = request.headers['access-control-request-headers'];
    reply.header('access-control-allow-headers', allowedHeaders(wanted)).headers(PREFLIGHT_HEADERS);
  });
}

function allowedHeaders(wanted = ''): string {
  const names = wanted.toLowerCase().split(',', PACKAGE_HEADERS_MAX);
  const ofPackages = names.map((name) => name.trim()).filter((name) => PACKAGE_HEADER.test(name));
  return [...new Set([...REQUEST_HEADERS, ...ofPackages])].join(', ');
}
