/** What the exchange pipeline needs of a language model. Each provider implements `LlmProvider`. */
import type { Locale } from '../../shared/locale.ts';

export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface LlmRequest {
  readonly model: string;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  /** Sent upstream as `X-Request-ID`. */
  readonly trace: string;
  readonly locale: Locale;
  /** Aborting closes the upstream connection at once; the iteration then throws `LlmError`, `aborted`. */
  readonly signal: AbortSignal;
}

export type FinishReason = 'stop' | 'length';

/** Any number of deltas (text never empty), then exactly one end; an iteration without an end has thrown. */
export type LlmChunk =
  | { readonly type: 'delta'; readonly text: string }
  | {
      readonly type: 'end';
      readonly finishReason: FinishReason;
      /** What the provider counted; a count that it did not report is absent. */
      readonly inputTokens?: number;
      readonly outputTokens?: number;
    };

export interface LlmProvider {
  readonly name: 'ollama' | 'openai' | 'offline';
  readonly defaultModel: string;
  stream(request: LlmRequest): AsyncIterable<LlmChunk>;
  /** Names of the models that can be asked for. Throws `LlmError`. */
  models(signal: AbortSignal): Promise<readonly string[]>;
  /** Whether the provider answers at all; never throws. */
  alive(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Why a call failed.
 *  unreachable   no connection, or it broke before the response began
 *  rate_limited  429
 *  busy          503 (Ollama: its queue is full)
 *  server_error  other 5xx
 *  bad_request   4xx that a retry cannot mend (unknown model, bad key)
 *  protocol      the response was not what the protocol says (malformed JSON)
 *  cut_off       the stream ended without its end
 *  reported      an error object inside the stream
 *  timeout       first token, next token or whole answer overdue (set by the pipeline)
 *  aborted       the caller's signal
 */
export type LlmErrorKind =
  | 'unreachable'
  | 'rate_limited'
  | 'busy'
  | 'server_error'
  | 'bad_request'
  | 'protocol'
  | 'cut_off'
  | 'reported'
  | 'timeout'
  | 'aborted';

export class LlmError extends Error {
  readonly kind: LlmErrorKind;
  readonly status: number | undefined;
  /** From `Retry-After` (seconds or HTTP date) or `retry-after-ms`. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: LlmErrorKind,
    message: string,
    options: { status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'LlmError';
    this.kind = kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}
