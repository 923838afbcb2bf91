/** What people have used. Durations are histograms, as `server/usage/histogram.ts` writes them. */

/** What is counted apart; in rows that add up over one of the columns, it is empty. */
export interface UsageKindRow {
  number: number;
  service: string;
  /** The id of a route. */
  route: string;
  provider: string;
  model: string;
  /** `answered`, or the key of an error. */
  outcome: string;
}

export interface UsageRollupRow {
  /** 0: everybody. */
  account: number;
  /** How long its period is, and what it adds up over. */
  level: number;
  /** The first quarter of an hour of the period, counted from 1970. */
  start: number;
  kind: number;
  requests: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  credits: number;
  /** Billionths of a US dollar. */
  usd_nanos: number;
  bytes_in: number;
  bytes_out: number;
  latency: Uint8Array | null;
  first_token: Uint8Array | null;
  queued: Uint8Array | null;
}

/** One exchange, or one event of another service. */
export interface UsageEventRow {
  at: number;
  number: number;
  account: number;
  kind: number;
  input_tokens: number;
  output_tokens: number;
  credits: number;
  usd_nanos: number;
  bytes_in: number;
  bytes_out: number;
  latency_ms: number | null;
  first_token_ms: number | null;
  queued_ms: number | null;
  /** The trace of an exchange, or what another service calls its request. */
  request: string;
  /** JSON, as another service has given it. */
  document: string | null;
}

/** A period of an account that is not folded yet, or that has changed since. */
export interface UsageUnfoldedRow {
  account: number;
  /** 1: a day, 2: a month, 0: everything. */
  grain: number;
  start: number;
}
