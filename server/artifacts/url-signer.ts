/** Addresses at the gateway by which anyone can read one artefact for some minutes. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';

export interface SignedAddress {
  readonly service: string;
  readonly key: string;
  /** Unix time in seconds. */
  readonly expires: number;
  readonly signature: string;
}

export class UrlSigner {
  readonly #key: string;
  readonly #seconds: number;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(key: string, seconds: number, clock: Pick<Clock, 'now'>) {
    this.#key = key;
    this.#seconds = seconds;
    this.#clock = clock;
  }

  /** A path: the gateway is where its reader has found it. */
  sign(service: string, key: string): string {
    const expires = Math.ceil(this.#clock.now() / 1_000) + this.#seconds;
    const query = new URLSearchParams({
      expires: String(expires),
      signature: this.#signatureOf(service, key, expires),
    });
    return `/artifacts/${service}/${key}?${query.toString()}`;
  }

  isValid({ service, key, expires, signature }: SignedAddress): boolean {
    if (expires * 1_000 <= this.#clock.now()) return false;
    const wanted = Buffer.from(this.#signatureOf(service, key, expires));
    const given = Buffer.from(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  #signatureOf(service: string, key: string, expires: number): string {
    const text = JSON.stringify([service, key, expires]);
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
