import type { FastifyReply, FastifyRequest } from 'fastify';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { ApiOptions } from './api.ts';
import { clientGone } from './client-gone.ts';
import { metaOf } from './client-of.ts';
import { localeOf } from './request-locale.ts';
import { resultOf } from './server-answer.ts';

/**
 * Rejects when the server does not know the key of a request any more, or at all: for what the gateway keeps,
 * and before it reads a long body.
 */
export async function checkKey(
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<ApiOptions, 'trustedProxies' | 'pool' | 'locale'>,
): Promise<void> {
  const { trustedProxies, pool } = options;
  const meta = metaOf(request, { locale: localeOf(request, options), trustedProxies });
  const timeoutMs = GATEWAY_LIMITS.operationMs;
  const asked = { method: 'models.list', params: {}, meta, timeoutMs, isRead: true };
  resultOf(await pool.ask(asked, clientGone(request, reply)));
}
