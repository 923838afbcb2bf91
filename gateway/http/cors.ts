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
  'access-control-expose-headers': 'x-request-id, retry-after',
} as const;

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, x-request-id',
  'access-control-max-age': '600',
} as const;

export function addCors(api: FastifyInstance, { allowedOrigins }: CorsOptions): void {
  api.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'origin, accept-language');
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin).headers(HEADERS);
    if (request.method === 'OPTIONS') reply.headers(PREFLIGHT_HEADERS);
  });
}
