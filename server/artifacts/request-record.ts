/** What `record.json` says of a request. */
import { createHash } from 'node:crypto';

export type RequestStatus = 'ok' | 'failed' | 'cancelled';

/** What came of a request. Texts are in `prompt`, `input` and the files alone. */
export interface RequestOutcome {
  readonly status: RequestStatus;
  /** The key of the error, where it failed. */
  readonly error?: string | undefined;
  /** Of the one that pays; empty for somebody without a name. */
  readonly username?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly prompt: string;
  readonly latencyMs: number;
  readonly tokens: { readonly in: number; readonly out: number };
  readonly charged: number;
  /** The number of the exchange; undefined when none was written down. */
  readonly exchange?: number | undefined;
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface RecordedRequest {
  readonly id: string;
  readonly service: string;
  readonly home: string;
  readonly createdAt: number;
}

export interface RecordOptions {
  /** The prompt is only told as a hash over this salt and it. */
  readonly salt: Uint8Array | undefined;
  readonly usdPerCredit: number | undefined;
  readonly sizes: { readonly inputBytes: number; readonly outputBytes: number };
  /** Keys by name. */
  readonly artifacts: Readonly<Record<string, string>>;
}

export function recordOf(
  { id, service, home, createdAt }: RecordedRequest,
  outcome: RequestOutcome,
  { salt, usdPerCredit, sizes, artifacts }: RecordOptions,
): Record<string, unknown> {
  const { status, error, username = '', provider, model, prompt, latencyMs, tokens, charged, meta } = outcome;
  return {
    id,
    userId: home,
    username,
    service,
    provider: provider ?? null,
    model: model ?? null,
    ...(salt ? { promptHash: promptHash(salt, prompt) } : { prompt }),
    status,
    ...(error !== undefined && { error }),
    latencyMs: Math.round(latencyMs),
    tokens,
    size: sizes,
    // Null as long as nobody has said what a credit is worth.
    cost: { usd: usdPerCredit === undefined ? null : charged * usdPerCredit, credits: charged },
    createdAt: new Date(createdAt).toISOString(),
    artifacts,
    meta,
  };
}

/** SHA-256 of the salt and the prompt, in hexadecimal. */
export function promptHash(salt: Uint8Array, prompt: string): string {
  return createHash('sha256').update(salt).update(prompt).digest('hex');
}
