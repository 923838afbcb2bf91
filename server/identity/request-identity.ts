/** Who makes a request that comes with its own authorization, or with none. */
import type { LRUCache } from 'lru-cache';
import { HiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { Guests } from './guests.ts';
import type { LiveSession, LiveSessions } from './live-sessions.ts';
import type { People } from './people.ts';
import type { Credentials, Guest } from './principal.ts';
import { growingCache } from '../support/growing-cache.ts';

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;

export interface RequestClient {
  readonly address: string;
  /** `Bearer …`: an access token or an API key. */
  readonly authorization?: string | undefined;
}

/** A seam. */
export interface RequestIdentity {
  /** Gives the session its credentials. Rejects with `auth_failed`, `auth_expired`. */
  identify(session: LiveSession, client: RequestClient): Promise<void>;
}

export interface ClientIdentityOptions {
  readonly guests: Pick<Guests, 'anonymous'>;
  readonly people: Pick<People, 'authenticate'>;
  readonly liveSessions: LiveSessions;
  /** Guests of addresses that are kept in memory. */
  readonly rememberedMax: number;
}

/**
 * Requests without authorization are made by one guest for each address, who is forgotten when many others
 * have come since, or when the server restarts.
 */
export class ClientIdentity implements RequestIdentity {
  readonly #options: ClientIdentityOptions;
  readonly #byAddress: LRUCache<string, Guest>;

  constructor(options: ClientIdentityOptions) {
    this.#options = options;
    this.#byAddress = growingCache(options.rememberedMax);
  }

  async identify(session: LiveSession, { address, authorization }: RequestClient): Promise<void> {
    const visitor: Credentials = { guest: this.#guestOf(address), isOperator: false };
    if (authorization === undefined) {
      session.credentials = visitor;
      return;
    }
    const { people, liveSessions } = this.#options;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw new HiloError('auth_failed');
    await liveSessions.admit(
      session,
      () => people.authenticate(token),
      (login) => {
        session.credentials = { ...visitor, login };
      },
    );
  }

  #guestOf(address: string): Guest {
    const key = addressKey(address);
    const guest = this.#byAddress.get(key) ?? this.#options.guests.anonymous();
    this.#byAddress.set(key, guest);
    return guest;
  }
}
