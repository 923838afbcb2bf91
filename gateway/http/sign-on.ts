/**
 * [S-1] in docs/protocol.md.
 * Signing on with another provider: addresses that a browser is led through. They only keep what the server
 * gives in cookies; whom somebody is signed in as is the server's part. No address in a request is ever gone
 * to: the ways out are those of the server, and the ways in are pages of our own.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Params } from '../../shared/client/message.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { ApiOptions } from './api.ts';
import { cookieScopeOf, metaOf, requestIdOf } from './client-of.ts';
import { clientGone } from './client-gone.ts';
import {
  clearedIdTokenCookie,
  clearedTicketCookie,
  idTokenCookie,
  idTokenIn,
  refreshCookie,
  ticketCookie,
  ticketIn,
} from './cookies.ts';
import { localeOf } from './request-locale.ts';

type SignOnOptions = Pick<ApiOptions, 'pool' | 'locale' | 'trustedProxies' | 'newId' | 'onAnswered'>;

/** The name of a page of ours, behind the ticket in its cookie. */
const NEXT = /^[a-z-]{1,30}$/;
const NEXT_MARK = '~';
/** What the page says when nobody could be asked. */
const UNAVAILABLE = 'sign_on_unavailable';
const FAILED = 'sign_on_failed';

interface IssuerRequest {
  readonly Params: { readonly issuer: string };
  readonly Querystring: Readonly<Record<string, string | string[] | undefined>>;
}

type Asked = { readonly ok: true; readonly result: Params } | { readonly ok: false; readonly reason: string };

/** Below the root of the page, also behind a proxy that has put it below a path. */
export function addSignOn(app: FastifyInstance, options: SignOnOptions): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url?.startsWith('/sign-on/')) {
      request.id = requestIdOf(request.headers['x-request-id'], options.newId);
    }
  });
  app.get<IssuerRequest>('/sign-on/:issuer', (request, reply) => begin(request, reply, options));
  app.get<IssuerRequest>('/sign-on/:issuer/callback', (request, reply) => finish(request, reply, options));
  app.get<IssuerRequest>('/sign-on/:issuer/end', (request, reply) => end(request, reply, options));
}

async function begin(
  request: FastifyRequest<IssuerRequest>,
  reply: FastifyReply,
  options: SignOnOptions,
): Promise<FastifyReply> {
  const { issuer } = request.params;
  const asked = await ask(request, reply, options, 'signOn.begin', { issuer });
  if (!asked.ok) return lead(reply, options, `../app/sign-in?fault=${asked.reason}`);
  const { url, ticket } = asked.result as { url: string; ticket: string };
  const next = [request.query['next']].flat()[0] ?? '';
  const kept = NEXT.test(next) ? `${ticket}${NEXT_MARK}${next}` : ticket;
  reply.header('set-cookie', ticketCookie(kept, cookieScopeOf(request, options.trustedProxies)));
  return lead(reply, options, url);
}

async function finish(
  request: FastifyRequest<IssuerRequest>,
  reply: FastifyReply,
  options: SignOnOptions,
): Promise<FastifyReply> {
  const { issuer } = request.params;
  const scope = cookieScopeOf(request, options.trustedProxies);
  const [ticket, next = ''] = ticketIn(request.headers.cookie)?.split(NEXT_MARK) ?? [];
  const callback = request.url.split('?', 2)[1] ?? '';
  const asked =
    ticket === undefined
      ? ({ ok: false, reason: FAILED } as const)
      : await ask(request, reply, options, 'signOn.finish', { issuer, ticket, callback });
  // A provider may be tried again with what it has sent only by whoever begins again.
  if (!asked.ok) {
    reply.header('set-cookie', clearedTicketCookie(scope));
    return lead(reply, options, `../../app/sign-in?fault=${asked.reason}`);
  }
  const { refreshToken, idToken } = asked.result as { refreshToken: string; idToken: string };
  const hint = idTokenCookie(idToken, scope) ?? clearedIdTokenCookie(scope);
  reply.header('set-cookie', [clearedTicketCookie(scope), refreshCookie(refreshToken, scope), hint]);
  const wanted = NEXT.test(next) ? `&next=${next}` : '';
  return lead(reply, options, `../../app/signed-on?by=${encodeURIComponent(issuer)}${wanted}`);
}

/** [S-3] */
async function end(
  request: FastifyRequest<IssuerRequest>,
  reply: FastifyReply,
  options: SignOnOptions,
): Promise<FastifyReply> {
  const { issuer } = request.params;
  const idToken = idTokenIn(request.headers.cookie);
  const input = { issuer, ...(idToken === undefined ? {} : { idToken }) };
  const asked = await ask(request, reply, options, 'signOn.end', input);
  reply.header('set-cookie', clearedIdTokenCookie(cookieScopeOf(request, options.trustedProxies)));
  const url = asked.ok ? asked.result['url'] : undefined;
  return lead(reply, options, typeof url === 'string' ? url : '../../');
}

async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SignOnOptions,
  method: string,
  params: Params,
): Promise<Asked> {
  const { pool, trustedProxies } = options;
  const meta = metaOf(request, { locale: localeOf(request, options), trustedProxies });
  const answer = await pool.ask(
    { method, params, meta, timeoutMs: GATEWAY_LIMITS.operationMs, isRead: false },
    clientGone(request, reply),
  );
  if ('fault' in answer) return { ok: false, reason: UNAVAILABLE };
  return answer.ok
    ? { ok: true, result: answer.result }
    : { ok: false, reason: encodeURIComponent(answer.failure.reason) };
}

function lead(reply: FastifyReply, { onAnswered }: SignOnOptions, location: string): FastifyReply {
  onAnswered(302);
  return reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex').redirect(location, 302);
}
