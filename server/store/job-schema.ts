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
  /** The URL that is told of its end, and the host and port of it. */
  webhook: string | null;
  webhook_host: string | null;
  /** How telling it has ended; null: it has not. */
  webhook_status: 'delivered' | 'failed' | null;
  /** Once the job is over: when it is tried next. */
  webhook_next: number | null;
  webhook_attempts: Generated<number>;
  /** JSON: what came of the last tries. */
  webhook_tries: string | null;
  /** The batch that it belongs to, its line there, and the id that the line has. */
  batch: number | null;
  batch_line: number | null;
  custom_id: string | null;
}

/** A file that is kept for batches; its bytes are on disk, under its id. */
export interface KeptFileRow {
  /** Of the sequence of exchanges, so that erasing knows what came before it. */
  number: number;
  id: string;
  owner: string;
  name: string;
  /** On disk; and what its owner has sent, where that was translated. */
  bytes: number;
  source_bytes: number | null;
  created_at: number;
  expires_at: number;
}

/** A file of jobs, which are put into the queue one after the other. */
export interface BatchRow {
  /** The wallet of a team that pays; null: the account of whoever asked. */
  payer: string | null;
  /** Of the sequence of exchanges. */
  number: number;
  id: string;
  owner: string;
  account: string;
  actor: string;
  access: string;
  locale: string;
  trace: string;
  /** The id of a kept file. */
  file: string;
  endpoint: string | null;
  /** JSON. */
  metadata: string | null;
  status: 'checking' | 'running' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /** Why nothing more of it is put into the queue; it is over when its jobs are. */
  stop: 'cancelled' | 'expired' | null;
  /** Lines of the file, and how many of them are jobs by now. */
  total: Generated<number>;
  submitted: Generated<number>;
  /** Bytes of the file before the next line. */
  position: Generated<number>;
  /** JSON: what is wrong with the file. */
  faults: string | null;
  created_at: number;
  started_at: number | null;
  expires_at: number;
  stopped_at: number | null;
  ended_at: number | null;
}
