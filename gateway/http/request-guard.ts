/**
 * [H-5] in docs/protocol.md.
 * Protection of people from pages of other sites, which can make their browser send requests here. A key in
 * a request was put there by its client; a cookie, and being a guest of this address, come by themselves.
 */
import { isOriginAllowed, type OriginRules } from '../origin.ts';
import type { ApiRefusalKey } from './api-errors.ts';

export interface GuardedRequest {
  readonly hasBody: boolean;
  readonly hasKey: boolean;
  readonly hasCookie: boolean;
  /** The operation reads or sets the cookie. */
  readonly usesCookie: boolean;
  /** Also for visitors, so that nothing of a guest can be seen. */
  readonly isPublic: boolean;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly contentType: string | undefined;
  /** `Sec-Fetch-Site` */
  readonly site: string | undefined;
}

/** Why the request is refused; undefined when it is not. */
export function refusalOf(request: GuardedRequest, rules: OriginRules): ApiRefusalKey | undefined {
  const { hasKey, hasCookie, usesCookie, origin, host } = request;
  if (hasCookie && request.site === 'cross-site') return 'foreign_site';
  const isByKeyAlone = hasKey && !hasCookie && !usesCookie;
  if (isByKeyAlone) return undefined;
  if (hasCookie && usesCookie && origin === undefined) return 'foreign_origin';
  if (!isOriginAllowed(origin, host, rules)) return 'foreign_origin';
  if (!hasKey && !request.isPublic && !isOwnHost(host, rules)) return 'foreign_origin';
  return isJsonDue(request) && !isJson(request.contentType) ? 'json_expected' : undefined;
}

/** A page can send other types to other sites without asking first (Fetch §2.2.2, safelisted headers). */
function isJsonDue({ hasBody, hasKey, hasCookie, usesCookie }: GuardedRequest): boolean {
  if (hasCookie && usesCookie) return true;
  return hasBody && (!hasKey || hasCookie);
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** A page that was loaded under another name which leads here sends no Origin when it only reads. */
function isOwnHost(host: string | undefined, { allowed, isOwnName }: OriginRules): boolean {
  const target = host === undefined ? null : URL.parse(`http://${host}`);
  if (!target) return false;
  return isOwnName(target.hostname) || allowed.some((origin) => URL.parse(origin)?.host === target.host);
}
