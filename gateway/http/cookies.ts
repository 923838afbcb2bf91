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
/** An ID token is longer; browsers keep cookies of 4 KiB. */
const ID_TOKEN = /^[\w.~-]{1,3800}$/;

/** What a browser keeps between leaving for a provider of sign-on and coming back. */
const TICKET_COOKIE = 'hilo_sign_on';
const TICKET_SECONDS = 10 * 60;
/** By which a provider knows whom to sign out. */
const ID_TOKEN_COOKIE = 'hilo_id_token';
const SIGN_ON_PATH = '/sign-on';

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

/** The ticket of a sign-on that this browser has begun. */
export function ticketIn(header: string | undefined): string | undefined {
  return tokenIn(header, TICKET_COOKIE);
}

/** Also sent when the provider, another site, leads back here. */
export function ticketCookie(ticket: string, scope: CookieScope): string {
  return cookie(`${TICKET_COOKIE}=${ticket}`, TICKET_SECONDS, scope, FROM_OTHERS);
}

/** It is worth nothing any more. */
export function clearedTicketCookie(scope: CookieScope): string {
  return cookie(`${TICKET_COOKIE}=`, 0, scope, FROM_OTHERS);
}

export function idTokenIn(header: string | undefined): string | undefined {
  return tokenIn(header, ID_TOKEN_COOKIE, ID_TOKEN);
}

/** Undefined for one that is too long for a cookie. */
export function idTokenCookie(token: string, scope: CookieScope): string | undefined {
  if (!ID_TOKEN.test(token)) return undefined;
  return cookie(`${ID_TOKEN_COOKIE}=${token}`, REFRESH_SECONDS, scope, { path: SIGN_ON_PATH });
}

export function clearedIdTokenCookie(scope: CookieScope): string {
  return cookie(`${ID_TOKEN_COOKIE}=`, 0, scope, { path: SIGN_ON_PATH });
}

function tokenIn(header: string | undefined, name: string, shape = TOKEN): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    if (shape.test(value)) return value;
  }
  return undefined;
}

const FROM_OTHERS = { path: SIGN_ON_PATH, sameSite: 'Lax' } as const;

function cookie(
  pair: string,
  maxAgeSeconds: number,
  { isSecure, prefix }: CookieScope,
  { path = PATH, sameSite = 'Strict' }: { readonly path?: string; readonly sameSite?: 'Strict' | 'Lax' } = {},
): string {
  const attributes = [
    pair,
    `Max-Age=${maxAgeSeconds}`,
    `Path=${prefix}${path}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(isSecure ? ['Secure'] : []),
  ];
  return attributes.join('; ');
}
