/** How what administrators do is written down. */
import type { AuditedRead, AuditedReads } from '../conversations/audited-reads.ts';
import { ownerOfUser, type User } from '../identity/user.ts';
import type { Call } from './call.ts';

export interface Audit {
  readonly auditedReads: Pick<AuditedReads, 'record'>;
}

/** The id of the user who acts, or `operator`. */
export function actorOf({ session }: Pick<Call, 'session'>): string {
  return session.credentials.login?.user.id ?? 'operator';
}

/** What was done, before it is answered. `user` is whom it concerns; undefined: nobody in particular. */
export function noteChange(
  { auditedReads }: Audit,
  call: Call,
  { user, ...done }: Pick<AuditedRead, 'action' | 'detail'> & { readonly user: Pick<User, 'id'> | undefined },
): Promise<void> {
  return auditedReads.record({ ...done, actor: actorOf(call), owner: user ? ownerOfUser(user.id) : '' });
}
