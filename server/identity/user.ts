/** People with an account of their own. */
import type { Locale } from '../../shared/locale.ts';

export type Role = 'user' | 'admin';

export interface User {
  /** UUIDv7. */
  readonly id: string;
  /** Normalised. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Whoever is not active cannot sign in, and has no session. */
  readonly isActive: boolean;
  /** The ledger's account that pays. */
  readonly account: string;
  readonly locale: Locale | undefined;
  /** Texts older than this many days are deleted; undefined: only the operator's own limit counts. */
  readonly retentionDays: number | undefined;
  /** The id of a team whose wallet pays unless something else is chosen; undefined: the own account. */
  readonly wallet?: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

const OWNER_PREFIX = 'user:';

/** The key of what belongs to a user. */
export function ownerOfUser(id: string): string {
  return `${OWNER_PREFIX}${id}`;
}

export function isUserOwner(owner: string): boolean {
  return owner.startsWith(OWNER_PREFIX);
}

export function idOfUserOwner(owner: string): string {
  return owner.slice(OWNER_PREFIX.length);
}

/** Two spellings of one address are one account. */
export function normalEmail(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}

/** What a new user starts with; `address` is undefined when an administrator has made the account. */
export interface StartingCredits {
  /** Never rejects. */
  give(account: string, address: string | undefined): Promise<void>;
  /** The same for an account that was given nothing yet. Never rejects. */
  giveFirst(account: string, address: string): Promise<void>;
}
