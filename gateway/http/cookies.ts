/**
 * [H-4] in docs/protocol.md.
 * What a browser keeps for somebody who has signed in, in cookies that no script can read and that only this
 * site sends: the refresh token, and the token by which the device is known at the next login.
 */
export const REFRESH_COOKIE = 'hilo_refresh';
export const DEVICE_COOKIE = 'hilo_device';

const REFRESH_SECONDS = 30 * 24 * 60 * 60;
/** Browsers keep no cookie for longer. */
const DEVICE_SECONDS = 400 * 24 * 60 * 60;
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
  return tokenIn(header, REFRESH_COOKIE);
}

export function deviceTokenIn(header: string | undefined): string | undefined {
  return tokenIn(header, DEVICE_COOKIE);
}

export function refreshCookie(token: string, scope: CookieScope): string {
  return cookie(`${REFRESH_COOKIE}=${token}`, REFRESH_SECONDS, scope);
}

export function deviceCookie(token: string, scope: CookieScope): string {
  return cookie(`${DEVICE_COOKIE}=${token}`, DEVICE_SECONDS, scope);
}

export function clearedRefreshCookie(scope: CookieScope): string {
  return cookie(`${REFRESH_COOKIE}=`, 0, scope);
}

export function clearedDeviceCookie(scope: CookieScope): string {
  return cookie(`${DEVICE_COOKIE}=`, 0, scope);
}

function tokenIn(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    if (TOKEN.test(value)) return value;
  }
  return undefined;
}

function cookie(pair: string, maxAgeSeconds: number, { isSecure, prefix }: CookieScope): string {
  const attributes = [
    pair,
    `Max-Age=${maxAgeSeconds}`,
    `Path=${prefix}${PATH}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isSecure ? ['Secure'] : []),
  ];
  return attributes.join('; ');
}
