/**
 * The tables, the same in both dialects. Numbers are integers below 2^53, times are milliseconds since 1970,
 * what is true or false is 1 or 0. Rows that every message writes are found by integers.
 */
import type { Generated, Kysely } from 'kysely';
import type { AttachmentRow } from './attachment-schema.ts';
import type { BatchRow, JobRow, KeptFileRow } from './job-schema.ts';
import type { AUDIT_ACTIONS } from '../../shared/operations/admin-audit.ts';
import type { IdentityRow, InvitationRow, InvitationUseRow } from './sign-on-schema.ts';
import type { BudgetPeriod, PeriodAllowanceRow, SpendingRow, TeamMemberRow, TeamRow } from './team-schema.ts';
import type { UsageEventRow, UsageKindRow, UsageRollupRow, UsageUnfoldedRow } from './usage-schema.ts';

export type { AttachmentRow };

export interface Tables {
  guests: GuestRow;
  users: UserRow;
  logins: LoginRow;
  api_keys: ApiKeyRow;
  reset_links: ResetLinkRow;
  accounts: AccountRow;
  folders: FolderRow;
  conversations: ConversationRow;
  places: PlaceRow;
  shares: ShareRow;
  messages: MessageRow;
  exchanges: ExchangeRow;
  erasures: ErasureRow;
  statements: StatementRow;
  allowances: AllowanceRow;
  audit: AuditRow;
  sequences: SequenceRow;
  properties: PropertyRow;
  search_owners: SearchOwnerRow;
  search_queue: SearchQueueRow;
  artifact_requests: ArtifactRequestRow;
  summaries: SummaryRow;
  jobs: JobRow;
  attachments: AttachmentRow;
  batches: BatchRow;
  kept_files: KeptFileRow;
  invitations: InvitationRow;
  invitation_uses: InvitationUseRow;
  identities: IdentityRow;
  teams: TeamRow;
  team_members: TeamMemberRow;
  period_allowances: PeriodAllowanceRow;
  spending: SpendingRow;
  usage_kinds: UsageKindRow;
  usage_rollups: UsageRollupRow;
  usage_events: UsageEventRow;
  usage_unfolded: UsageUnfoldedRow;
}

export type { UsageRollupRow, UsageEventRow } from './usage-schema.ts';

export type Database = Kysely<Tables>;

export interface GuestRow {
  /** UUIDv7. */
  id: string;
  /** SHA-256 of the token; a guest of the text face has none. */
  token_hash: Uint8Array | null;
  account: number;
  created_at: number;
  seen_at: number;
}

export interface UserRow {
  /** UUIDv7. */
  id: string;
  /** Normalised: trimmed and in lower case. */
  email: string;
  name: string;
  /** PHC string of argon2id. */
  password_hash: string;
  role: 'user' | 'admin';
  active: number;
  account: number;
  locale: string | null;
  /** Texts older than this many days are deleted; null: only the operator's own limit counts. */
  retention_days: number | null;
  /** From it the secret of webhooks is derived; null: there is none. */
  webhook_nonce: string | null;
  /** The one before, for as long as both sign. */
  webhook_nonce_before: string | null;
  webhook_rotated_at: number | null;
  created_at: number;
  /** The id of a team that pays unless something else is chosen; null: the user's own account. */
  wallet: Generated<string | null>;
}

/**
 * One login of a user. Its refresh tokens follow each other; the one in use and the one before it are derived
 * from the id and the generation, so none is stored.
 */
export interface LoginRow {
  /** UUIDv7: the family of its refresh tokens. */
  id: string;
  user: string;
  /** Which refresh token of the family is the next to be used. */
  generation: number;
  user_agent: string;
  address: string;
  created_at: number;
  /** When it was last used to refresh. */
  used_at: number;
  expires_at: number;
}

export interface ApiKeyRow {
  /** UUIDv7. */
  id: string;
  user: string;
  name: string;
  /** SHA-256 of the key: 256 random bits need no slow hash. */
  key_hash: Uint8Array;
  /** The first characters, by which people recognise it. */
  prefix: string;
  created_at: number;
  last_used_at: number | null;
  /** JSON; null: everything that its user may do. */
  scopes: Generated<string | null>;
  /** JSON: ids of routes; null: all that its user may use. */
  routes: Generated<string | null>;
  /** The id of a team that pays, or `own`; null: as its user has chosen. */
  wallet: Generated<string | null>;
  expires_at: Generated<number | null>;
  /** What it may spend in a period. */
  budget: Generated<number | null>;
  budget_period: Generated<BudgetPeriod | null>;
  /** Messages in a window. */
  rate_max: Generated<number | null>;
  /** The row stays for a while: what the key has spent counts for its user. */
  revoked_at: Generated<number | null>;
}

export interface ResetLinkRow {
  /** SHA-256 of the token in the link. A used one is deleted. */
  token_hash: Uint8Array;
  user: string;
  expires_at: number;
}

/** An account of the ledger, by a number. Its balance is the ledger's. */
export interface AccountRow {
  number: number;
  name: string;
  /** Such as `guest:<uuid>`; null for an account that belongs to nobody. */
  owner: string | null;
}

export interface FolderRow {
  number: number;
  /** UUIDv7. */
  id: string;
  owner: string;
  name: string;
  /** Sent to the model with every message in its conversations. */
  instructions: string;
  created_at: number;
}

export type ConversationStatus = 'open' | 'closed' | 'archived';

export interface ConversationRow {
  number: number;
  /** UUIDv7. */
  id: string;
  owner: string;
  title: string;
  /** Whether the title follows from the first words, so that erasing them erases it. */
  title_source: Generated<'words' | 'model' | 'owner'>;
  status: ConversationStatus;
  pinned: Generated<number>;
  folder: number | null;
  /** The id of a route; null: the default one. */
  route: string | null;
  /** The id of a persona of the operator's list. */
  persona: string | null;
  instructions: Generated<string>;
  created_at: number;
  updated_at: number;
  /** From then on nobody sees it; what was said in it is being erased. */
  deleted_at: Generated<number | null>;
  /** For whom: the entries in the ledger say so. */
  deleted_by: Generated<'owner' | 'retention' | null>;
  /** Under which key its texts are in the search index; it stays when the owner changes. */
  search_key: Generated<number | null>;
}

export type MessageStatus = 'ok' | 'cancelled' | 'failed' | 'erased';

/** Where a device stands in the tree of a conversation. Without a row it follows the newest message. */
export interface PlaceRow {
  conversation: number;
  device: string;
  message: number;
  updated_at: number;
}

/** A read-only link: the branch that ends in `message`, as it is at the time of reading. */
export interface ShareRow {
  /** 128 random bits: whoever has it may read. */
  id: string;
  conversation: number;
  message: number;
  created_at: number;
  /** Of its conversation, when the link was made. */
  title: string;
}

/** A tree: what follows a message names it as its parent. */
export interface MessageRow {
  number: number;
  conversation: number;
  parent: number | null;
  role: 'user' | 'assistant';
  text: string;
  status: MessageStatus;
  exchange: number;
  /** The account that paid. Together with a client's own id of the message, it is unique. */
  account: number | null;
  client_message_id: string | null;
  created_at: number;
}

/** What a receipt needs. The ledger has only commitments to the two texts, under these salts. */
export interface ExchangeRow {
  number: number;
  /** The id of its entry in the ledger when that is not `x:<number>`: rows of version 0.1. */
  entry_id: string | null;
  account: number;
  at: number;
  /** Entries in the ledger when the row came: that of its exchange comes after them. */
  entries_before: number;
  trace: string | null;
  /** Numbers of its messages. */
  prompt: number;
  answer: number;
  prompt_salt: Uint8Array;
  answer_salt: Uint8Array;
}

/** An erasure whose entry is not known to be in the ledger yet. */
export interface ErasureRow {
  /** The id of its entry. */
  id: string;
  account: string;
  /** Index in the ledger of the exchange whose texts go; null for everything of the account. */
  exchange: number | null;
  by: string;
  /** The exchange's number; with null above, the greatest number that the erasure covers. */
  number: number;
}

export interface StatementRow {
  account: number;
  /** Index in the ledger. */
  entry: number;
}

/** What an address was given in one hour; deleted after a day. */
export interface AllowanceRow {
  /** A keyed hash of the allowance's name and the address. */
  address: Uint8Array;
  /** Hours since 1970. */
  hour: number;
  taken: number;
}

export interface SequenceRow {
  name: string;
  /** No number from here on has been handed out. */
  next: number;
}

export interface PropertyRow {
  name: string;
  value: string;
}

/** Whose texts are in the search index under which key. After a takeover one owner has several. */
export interface SearchOwnerRow {
  key: Generated<number>;
  owner: string;
}

/** Messages that are not in the search index yet. The table of the index differs between the dialects. */
export interface SearchQueueRow {
  message: number;
}

/** One look of an administrator at what belongs to somebody else. Never a text. */
export interface AuditRow {
  id: string;
  at: number;
  /** The id of the user who acted, or `operator`. */
  actor: string;
  action: (typeof AUDIT_ACTIONS)[number];
  /** Whose it is; empty for what belongs to nobody. */
  owner: string;
  conversation: string | null;
  /** What became of it, such as a role. */
  detail: string;
}

/**
 *   running ──► local ──► stored ──► expired
 *      └──────────┴─────────┴──────────┴──► deleting ──► gone
 *
 * `running`: it is being worked on; `local`: its files are on this machine, on their way to S3; `expired`:
 * its artefacts are gone, its record is still there.
 */
export type ArtifactStage = 'running' | 'local' | 'stored' | 'expired' | 'deleting';

/** One request to a service, and the files that it has left. */
export interface ArtifactRequestRow {
  /** UUIDv7. */
  id: string;
  service: 'summarize' | 'image' | 'chat' | 'job';
  owner: string;
  /** The name of the account that paid. */
  account: string;
  /** Under which name its entries are in the index; it stays when the owner changes. */
  home: string;
  /** The id of the conversation. */
  session: string | null;
  /** The number of the exchange. */
  exchange: number | null;
  stage: ArtifactStage;
  status: 'running' | 'ok' | 'failed' | 'cancelled';
  /** Of an image. */
  prompt: string;
  /** Under which the prompt was hashed in the record. */
  prompt_salt: Uint8Array | null;
  /** JSON: its files. */
  files: string;
  /** JSON; no text of a person. */
  meta: string;
  /** Whether the index of the day has it; 1 also when there is nothing for it to have. */
  folded: number;
  created_at: number;
}

/** A summary that somebody has had made. The text that was summarised is not kept. */
export interface SummaryRow {
  /** UUIDv7: later ones are greater. */
  id: string;
  owner: string;
  source: 'text' | 'url' | 'document';
  title: string;
  url: string | null;
  length: 'short' | 'medium' | 'long';
  style: string | null;
  /** The id of the route that wrote it. */
  route: string;
  model: string;
  parts: number;
  input_tokens: number;
  output_tokens: number;
  usage_source: 'reported' | 'estimated';
  charged: number;
  text: string;
  /** JSON: of each call the index of its entry, and the salts. */
  receipts: string;
  created_at: number;
}
