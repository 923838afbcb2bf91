/** What is added up of exchanges: one row of the rollups. */
import { addDuration, addEncoded, encodeHistogram, mergeInto, type Histogram } from './histogram.ts';

export class Tally {
  requests = 0;
  /** Neither answered nor cancelled. */
  errors = 0;
  inputTokens = 0;
  outputTokens = 0;
  credits = 0;
  /** Billionths of a US dollar. */
  usdNanos = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly latency: Histogram = new Map();
  readonly firstToken: Histogram = new Map();
  readonly queued: Histogram = new Map();

  add(one: Counted): void {
    this.requests += 1;
    if (one.isError) this.errors += 1;
    this.inputTokens += one.inputTokens;
    this.outputTokens += one.outputTokens;
    this.credits += one.credits;
    this.usdNanos += one.usdNanos;
    this.bytesIn += one.bytesIn;
    this.bytesOut += one.bytesOut;
    if (one.latencyMs !== undefined) addDuration(this.latency, one.latencyMs);
    if (one.firstTokenMs !== undefined) addDuration(this.firstToken, one.firstTokenMs);
    if (one.queuedMs !== undefined) addDuration(this.queued, one.queuedMs);
  }

  merge(other: Tally): void {
    this.#addNumbers(other);
    mergeInto(this.latency, other.latency);
    mergeInto(this.firstToken, other.firstToken);
    mergeInto(this.queued, other.queued);
  }

  mergeRow(row: TallyRow): void {
    this.requests += row.requests;
    this.errors += row.errors;
    this.inputTokens += row.input_tokens;
    this.outputTokens += row.output_tokens;
    this.credits += row.credits;
    this.usdNanos += row.usd_nanos;
    this.bytesIn += row.bytes_in;
    this.bytesOut += row.bytes_out;
    addEncoded(this.latency, row.latency);
    addEncoded(this.firstToken, row.first_token);
    addEncoded(this.queued, row.queued);
  }

  row(): TallyRow {
    return {
      requests: this.requests,
      errors: this.errors,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      credits: this.credits,
      usd_nanos: this.usdNanos,
      bytes_in: this.bytesIn,
      bytes_out: this.bytesOut,
      latency: encodeHistogram(this.latency),
      first_token: encodeHistogram(this.firstToken),
      queued: encodeHistogram(this.queued),
    };
  }

  #addNumbers(other: Tally): void {
    this.requests += other.requests;
    this.errors += other.errors;
    this.inputTokens += other.inputTokens;
    this.outputTokens += other.outputTokens;
    this.credits += other.credits;
    this.usdNanos += other.usdNanos;
    this.bytesIn += other.bytesIn;
    this.bytesOut += other.bytesOut;
  }
}

/** What one exchange adds. */
export interface Counted {
  readonly isError: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly credits: number;
  readonly usdNanos: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latencyMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly queuedMs: number | undefined;
}

/** As it is stored; durations as `encodeHistogram` writes them. */
export interface TallyRow {
  requests: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  credits: number;
  usd_nanos: number;
  bytes_in: number;
  bytes_out: number;
  latency: Uint8Array | null;
  first_token: Uint8Array | null;
  queued: Uint8Array | null;
}
