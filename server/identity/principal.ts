/**
 * The identity behind a request: resolved each time from what the client has shown, never from a connection.
 */
import type { Clock } from '../../shared/clock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { KeyScope } from '../../shared/define-operation.ts';
import type { Access } from './access.ts';
import type { KeyPolicy } from './key-policy.ts';
import { isUserOwner, ownerOfUser, type User } from './user.ts';

export interface Principal {
  /** An operator has shown the admin key. */
  readonly kind: 'guest' | 'user' | 'operator';
  /** UUIDv7. */
  readonly id: string;
  /** The key of what belongs to them: conversations, rate window, in-flight answers, place in the queue. */
  readonly owner: string;
  /** The ledger's account that pays. */
  readonly account: string;
  /** As the ledger names who asked: the account, or the API key (`key:ID`). */
  readonly actor: string;
  readonly access: Access;
  /** Of an API key that is bound to some; every operation names its own. */
  readonly scopes?: readonly KeyScope[] | undefined;
  /** The access token has expired: until there is a new one, only public operations are run. */
  readonly isExpired?: true;
}

/** A guest is written to the store with the first message; until then it exists in memory only. */
export interface Guest {
  /** UUIDv7. */
  readonly id: string;
  readonly owner: string;
  readonly account: string;
  /** SHA-256 of the token by which the guest comes back; undefined until it receives one. */
  tokenHash: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  isStored: boolean;
  /** A user has taken over everything of this guest, who may do nothing any more. */
  isTaken?: boolean;
  /** Read from the store: it may have messages of this guest that this run of the server does not know. */
  readonly isReturning: boolean;
}

/** By what a client has shown that it acts for a user. */
export interface Login {
  /**
   * `login`: a password on this very connection, which then needs no token; `access`: an access token; `key`:
   * an API key.
   */
  readonly kind: 'login' | 'access' | 'key';
  readonly user: User;
  /** Of the row of the login, or of the API key. */
  readonly id: string;
  /** Milliseconds since 1970; of an access token, and of a key that has an end. */
  readonly expiresAt?: number;
  /** Of a key. */
  readonly policy?: KeyPolicy;
}

/** What the client of a session has shown. */
export interface Credentials {
  readonly guest: Guest;
  readonly isOperator: boolean;
  readonly login?: Login | undefined;
}

/** A seam. */
export interface PrincipalResolver {
  resolve(credentials: Credentials): Principal | Promise<Principal>;
}

export interface CredentialsResolverOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Whether people without an account may chat. */
  readonly allowsGuests: boolean;
}

/** Answers at once: a change of a user reaches the credentials of every session when it happens. */
export class CredentialsResolver implements PrincipalResolver {
  readonly #options: CredentialsResolverOptions;

  constructor(options: CredentialsResolverOptions) {
    this.#options = options;
  }

  resolve({ guest, isOperator, login }: Credentials): Principal {
    if (login) return this.#user(login, isOperator);
    const { id, owner, account } = guest;
    const who = { id, owner, account, actor: account } as const;
    if (guest.isTaken) return { kind: 'guest', ...who, access: 'public' };
    if (isOperator) return { kind: 'operator', ...who, access: 'admin' };
    return { kind: 'guest', ...who, access: this.#options.allowsGuests ? 'anonymous' : 'public' };
  }

  #user({ user, expiresAt, ...login }: Login, isOperator: boolean): Principal {
    const { id, account, role } = user;
    const kind = isOperator ? 'operator' : 'user';
    const actor = login.kind === 'key' ? `key:${login.id}` : account;
    const { scopes } = login.policy ?? {};
    const who = { kind, id, owner: ownerOfUser(id), account, actor, ...(scopes && { scopes }) } as const;
    if (expiresAt !== undefined && expiresAt <= this.#options.clock.now()) {
      return { ...who, access: 'public', isExpired: true };
    }
    return { ...who, access: isOperator ? 'admin' : role };
  }
}

/** Whose turn it is in a queue: an address has one, and so has a user, whatever the address. [P-17] */
export function flowOf(owner: string, address: string): string {
  return isUserOwner(owner) ? owner : addressKey(address);
}
