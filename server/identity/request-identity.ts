/** Who makes a request that comes with its own authorization, or with none. */
import { LRUCache } from 'lru-cache';
import { HiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { Guests } from './guests.ts';
import type { Credentials, Guest } from './principal.ts';

export interface RequestClient {
  readonly address: string;
  /** `Bearer …`: an access token or an API key. */
  readonly authorization?: string | undefined;
}

/** A seam: with accounts of people, it asks a store. */
export interface RequestIdentity {
  /** Fails with `auth_failed` or `auth_expired` when the authorization is not valid. */
  credentialsOf(client: RequestClient): Credentials | Promise<Credentials>;
}

/**
 * Requests without authorization are made by one guest for each address, who is forgotten when many others
 * have come since, or when the server restarts.
 */
export class GuestOfAddress implements RequestIdentity {
  readonly #guests: Pick<Guests, 'anonymous'>;
  readonly #byAddress: LRUCache<string, Guest>;

  constructor(guests: Pick<Guests, 'anonymous'>, rememberedMax: number) {
    this.#guests = guests;
    this.#byAddress = new LRUCache({ max: rememberedMax });
  }

  credentialsOf({ address, authorization }: RequestClient): Credentials {
    if (authorization !== undefined) throw new HiloError('auth_failed');
    const key = addressKey(address);
    const guest = this.#byAddress.get(key) ?? this.#guests.anonymous();
    this.#byAddress.set(key, guest);
    return { guest, isOperator: false };
  }
}
