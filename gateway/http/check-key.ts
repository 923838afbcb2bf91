import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AddressRanges } from '../../shared/ip-address.ts';
import type { Locale } from '../../shared/locale.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { clientGone } from './client-gone.ts';
import { metaOf } from './client-of.ts';
import { localeOf } from './request-locale.ts';
import { resultOf } from './server-answer.ts';
import type { ServerPool } from './server-pool.ts';

interface KeyCheckOptions {
  readonly pool: Pick<ServerPool, 'ask'>;
  readonly trustedProxies: AddressRanges;
  /** For clients that ask for no language. */
  readonly locale: Locale;
}

/**
 * Rejects when the server does not know the key of a request any more, or at all: for what the gateway keeps,
 * and before it reads a long body.
 */
export async function checkKey(
  request: FastifyRequest,
  reply: FastifyReply,
  options: KeyCheckOptions,
): Promise<void> {
  const { trustedProxies, pool } = options;
  const meta = metaOf(request, { locale: localeOf(request, options), trustedProxies });
  const timeoutMs = GATEWAY_LIMITS.operationMs;
  const asked = { method: 'models.list', params: {}, meta, timeoutMs, isRead: true };
  resultOf(await pool.ask(asked, clientGone(request, reply)));
}
