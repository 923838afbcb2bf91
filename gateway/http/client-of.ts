/** What the gateway tells the server about the client of a request, and what it needs to know itself. */
import type { FastifyRequest } from 'fastify';
import { isAddress, type AddressRanges } from '../../shared/ip-address.ts';
import { META_LIMITS, REQUEST_ID, type RequestMeta } from '../../shared/request-meta.ts';
import { TRACEPARENT } from '../../shared/traceparent.ts';
import { clientEndpoint } from '../client-address.ts';
import { isEncrypted } from '../encrypted.ts';
import { isLoopback } from '../origin.ts';
import type { Locale } from '../../shared/locale.ts';
import { ApiRefusal } from './api-errors.ts';
import type { CookieScope } from './cookies.ts';

const BEARER = /^bearer +(?<key>\S+)$/i;
const PREFIX = /^(?:\/[\w.~-]+)+$/;

/** The name of a request: the client's own if it can be one, otherwise a new one. */
export function requestIdOf(given: string | readonly string[] | undefined, newId: () => string): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
}

/** `Bearer …`, normalised; other schemes belong to somebody before us. Throws `key_too_long`. */
export function authorizationOf(header: string | undefined): string | undefined {
  const key = BEARER.exec(header ?? '')?.groups?.['key'];
  if (key === undefined) return undefined;
  if (key.length + 'Bearer '.length > META_LIMITS.authorizationCharacters)
    throw new ApiRefusal('key_too_long');
  return `Bearer ${key}`;
}

export function metaOf(
  request: FastifyRequest,
  { locale, trustedProxies }: { locale: Locale; trustedProxies: AddressRanges },
): RequestMeta {
  const userAgent = request.headers['user-agent']?.slice(0, META_LIMITS.userAgentCharacters);
  const authorization = authorizationOf(request.headers.authorization);
  const { traceparent } = request.headers;
  return {
    address: addressOf(request, trustedProxies),
    requestId: request.id,
    locale,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  };
}

/** How the browser reached this gateway, for the cookie. Only trusted proxies are asked. */
export function cookieScopeOf(request: FastifyRequest, trustedProxies: AddressRanges): CookieScope {
  const { socket } = request.raw;
  const isTrusted = trustedProxies.has(socket.remoteAddress ?? '');
  const forwarded = (name: string) => (isTrusted ? lastOf(request.headers[name]) : undefined);
  const host = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
  const prefix = forwarded('x-forwarded-prefix')?.replace(/\/$/, '') ?? '';
  return {
    isSecure: isEncrypted(socket) || isHttpsForwarded(request, trustedProxies) || !isLoopback(host),
    prefix: PREFIX.test(prefix) ? prefix : '',
  };
}

/** Whether a trusted proxy says that its client came over HTTPS. */
export function isHttpsForwarded(request: FastifyRequest, trustedProxies: AddressRanges): boolean {
  if (!trustedProxies.has(request.raw.socket.remoteAddress ?? '')) return false;
  return lastOf(request.headers['x-forwarded-proto'])?.toLowerCase() === 'https';
}

function addressOf(request: FastifyRequest, trustedProxies: AddressRanges): string {
  const { socket } = request.raw;
  const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  const forwardedFor = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  // The zone of a link-local address names an interface of this machine.
  const address = clientEndpoint(peer, forwardedFor, trustedProxies).address.split('%', 1)[0] ?? '';
  // The client is gone already.
  if (!isAddress(address)) throw new ApiRefusal('bad_request');
  return address;
}

/** What the nearest proxy said. */
function lastOf(header: string | readonly string[] | undefined): string | undefined {
  return [header ?? []].flat().join(',').split(',').at(-1)?.trim();
}
