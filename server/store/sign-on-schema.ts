/** The tables of invitations, and of the accounts at other providers by which users sign on. */
import type { Generated } from 'kysely';

export interface InvitationRow {
  /** UUIDv7. */
  id: string;
  /** SHA-256 of the token in the link. */
  token_hash: Uint8Array;
  /** What those who use it become. */
  role: 'user' | 'admin';
  /** The id of the team that they join. */
  team: string | null;
  uses: number;
  used: Generated<number>;
  /** The id of the user who made it; null: the operator. */
  made_by: string | null;
  created_at: number;
  expires_at: number;
}

/** The account that was made with an invitation. */
export interface InvitationUseRow {
  user: string;
  invitation: string;
}

/** Who a user is at an issuer of OpenID Connect: the two names that never change. */
export interface IdentityRow {
  /** As in its ID tokens: a URL. */
  issuer: string;
  subject: string;
  user: string;
  created_at: number;
}
