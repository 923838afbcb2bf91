/** An API key as whoever acts by it, and as the ledger names it. */
import type { KeyPolicy } from './key-policy.ts';
import type { Login } from './principal.ts';
import type { User } from './user.ts';

/** As the ledger names a key. */
export function actorOfKey(id: string): string {
  return `key:${id}`;
}

/** The id of the key; undefined for somebody else. */
export function keyOfActor(actor: string): string | undefined {
  return actor.startsWith('key:') ? actor.slice('key:'.length) : undefined;
}

export function loginOfKey(user: User, id: string, policy: KeyPolicy): Login {
  const { expiresAt } = policy;
  return { kind: 'key', user, id, policy, ...(expiresAt !== undefined && { expiresAt }) };
}
