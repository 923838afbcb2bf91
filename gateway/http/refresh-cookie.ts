/**
 * [H-4] in docs/protocol.md.
 * The refresh token of a browser, in a cookie that no script can read and that only this site sends.
 */
export const REFRESH_COOKIE = 'hilo_refresh';

const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;
const PATH = '/auth';
/** The characters of base64url and of a JWT. */
const TOKEN = /^[\w.~-]{1,1024}$/;

export interface CookieScope {
  /** The browser sends it over HTTPS only. */
  readonly isSecure: boolean;
  /** Where a proxy has put this gateway: empty, or a path such as `/chat`. */
  readonly prefix: string;
}

/** The token in the header; undefined when there is none, or something that cannot be one. */
export function refreshTokenIn(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== REFRESH_COOKIE) continue;
    const value = pair.slice(at + 1).trim();
    if (TOKEN.test(value)) return value;
  }
  return undefined;
}

export function setCookie(token: string, scope: CookieScope): string {
  return cookie(token, MAX_AGE_SECONDS, scope);
}

export function clearCookie(scope: CookieScope): string {
  return cookie('', 0, scope);
}

function cookie(value: string, maxAgeSeconds: number, { isSecure, prefix }: CookieScope): string {
  const attributes = [
    `${REFRESH_COOKIE}=${value}`,
    `Max-Age=${maxAgeSeconds}`,
    `Path=${prefix}${PATH}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isSecure ? ['Secure'] : []),
  ];
  return attributes.join('; ');
}
