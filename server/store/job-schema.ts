/** The table of the prompt queue. */
import type { Generated } from 'kysely';

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A job, with what was asked and what came of it. Its credits are held by an entry of the ledger. */
export interface JobRow {
  number: number;
  /** UUIDv7. */
  id: string;
  owner: string;
  /** The account of whoever asked, and who that was; another one may pay. */
  account: string;
  actor: string;
  /** What its owner could do when it was submitted. */
  access: string;
  kind: string;
  /** The id of the route. */
  route: string;
  locale: string;
  trace: string;
  status: JobStatus;
  /** JSON, and the first words of it for lists. */
  request: string;
  title: string;
  /** JSON: what it works on, until it ends. */
  material: string | null;
  /** JSON. */
  result: string | null;
  /** JSON: what came of the parts that are done, of a job with several. */
  saved: string | null;
  /** The key of the error that ended it, and the values of its text in JSON. */
  error: string | null;
  error_values: string | null;
  attempts: Generated<number>;
  /** It is not tried again before. */
  not_before: Generated<number>;
  /** The id of its hold, how much that was at first, and what of it was charged. */
  hold: string;
  held: number;
  charged: Generated<number>;
  /** Index of its charge in the ledger. */
  entry: number | null;
  /** JSON: what is to be written into the ledger and is not known to be there. */
  pending: string | null;
  /** Estimated for the prompt; the longest answer that the hold pays for. */
  input_tokens: number;
  output_tokens: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** An id that its client gave it, unique for each owner. */
  client_id: string | null;
  /** The wallet of a team that pays; null: the account. */
  payer: Generated<string | null>;
}
