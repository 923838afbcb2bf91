/**
 * The identity behind a request: resolved each time from what the client has shown, never from a connection.
 */
import type { Access } from './access.ts';

export interface Principal {
  /** An operator is a guest who has shown the admin key. */
  readonly kind: 'guest' | 'operator';
  /** UUIDv7. */
  readonly id: string;
  /** The key of what belongs to them: conversations, rate window, in-flight answers, place in the queue. */
  readonly owner: string;
  /** The ledger's account that pays. */
  readonly account: string;
  readonly access: Access;
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
  /** Read from the store: it may have messages of this guest that this run of the server does not know. */
  readonly isReturning: boolean;
}

/** What the client of a session has shown. */
export interface Credentials {
  readonly guest: Guest;
  readonly isOperator: boolean;
}

/** A seam: with accounts of people, resolving asks a store. */
export interface PrincipalResolver {
  resolve(credentials: Credentials): Principal | Promise<Principal>;
}

export const credentialsResolver: PrincipalResolver = {
  resolve: ({ guest: { id, owner, account }, isOperator }) => ({
    kind: isOperator ? 'operator' : 'guest',
    id,
    owner,
    account,
    access: isOperator ? 'admin' : 'anonymous',
  }),
};
