/**
 * Access tokens: JSON Web Tokens that name a login for a quarter of an hour (RFC 9068 in form). Only RS256
 * with our own key is accepted, whatever the header of a token says.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { readOrMakeKey } from '../support/key-file.ts';

export const ACCESS_TOKEN_SECONDS = 15 * 60;
const ALGORITHM = 'RS256';
const TYPE = 'at+jwt';
const ISSUER = 'hilo';
const AUDIENCE = 'hilo';
const MODULUS_BITS = 2_048;

export interface PublicKey {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  /** RFC 7638. */
  readonly kid: string;
  readonly alg: typeof ALGORITHM;
  readonly use: 'sig';
}

export interface AccessClaims {
  /** The id of the user. */
  readonly user: string;
  /** The id of the login. */
  readonly login: string;
}

export class AccessTokens {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #clock: Pick<Clock, 'now'>;
  /** What others need to check a token. */
  readonly published: PublicKey;

  private constructor(privateKey: KeyObject, published: PublicKey, clock: Pick<Clock, 'now'>) {
    this.#privateKey = privateKey;
    this.#publicKey = createPublicKey(privateKey);
    this.#clock = clock;
    this.published = published;
  }

  /** Reads the key, or makes it. Throws when the file cannot be used. */
  static async open(path: string, clock: Pick<Clock, 'now'>): Promise<AccessTokens> {
    const privateKey = privateKeyOf(await readOrMakeKey(path, makeKey), path);
    const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
    const named = { kty: 'RSA', n, e } as const;
    const kid = await calculateJwkThumbprint(named);
    return new AccessTokens(privateKey, { ...named, kid, alg: ALGORITHM, use: 'sig' }, clock);
  }

  issue({ user, login }: AccessClaims): Promise<string> {
    const seconds = Math.floor(this.#clock.now() / 1_000);
    return new SignJWT({ sid: login })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.published.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(user)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
      .sign(this.#privateKey);
  }

  /** Rejects with `auth_expired` for a token of ours that is too old, `auth_failed` for any other. */
  async read(token: string): Promise<AccessClaims & { readonly expiresAt: number }> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#keyFor(kid), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(this.#clock.now()),
      });
      const { sub = '', sid, exp = 0 } = payload;
      if (typeof sid !== 'string') throw new HiloError('auth_failed');
      return { user: sub, login: sid, expiresAt: exp * 1_000 };
    } catch (cause) {
      throw new HiloError(cause instanceof errors.JWTExpired ? 'auth_expired' : 'auth_failed', { cause });
    }
  }

  #keyFor(kid: string | undefined): KeyObject {
    if (kid !== this.published.kid) throw new errors.JWKSNoMatchingKey();
    return this.#publicKey;
  }
}

function makeKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).trim();
}

function privateKeyOf(pem: string, path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new Error(`The key in ${path} is not a private key in PEM; delete the file`, { cause });
  }
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= MODULUS_BITS) return key;
  throw new Error(`The key in ${path} is not an RSA key of ${MODULUS_BITS} bits or more; delete the file`);
}
