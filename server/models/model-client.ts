/** What the exchange pipeline needs of a language model. Each protocol has a `ModelClient`. */
import type { Locale } from '../../shared/locale.ts';
import type { ProviderName } from '../../shared/model-route.ts';
import type { DrawnImage, ImageSize } from '../images/drawn-image.ts';
import type { CompletionInput, CompletionPart } from '../../shared/operations/completion-shapes.ts';

export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** All its text. */
  readonly content: string;
  /** What it consists of; absent when that is its text alone. */
  readonly parts?: readonly CompletionPart[];
}

/** How an answer is wanted. What a protocol has no word for is left out. */
export type LlmOptions = Pick<
  CompletionInput,
  | 'tools'
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'responseFormat'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'seed'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'reasoning'
>;

export interface LlmRequest {
  readonly model: string;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  /** Prompt and answer together, where the upstream sizes its context by it (Ollama). */
  readonly contextTokens?: number;
  readonly options?: LlmOptions | undefined;
  /** Sent upstream as `X-Request-ID`. */
  readonly trace: string;
  /** Sent upstream in the header of that name. */
  readonly traceparent?: string | undefined;
  readonly locale: Locale;
  /** Aborting closes the upstream connection at once; the iteration then throws `LlmError`, `aborted`. */
  readonly signal: AbortSignal;
}

export interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number | undefined;
  readonly trace: string;
  readonly traceparent?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ImageRequest {
  readonly model: string;
  readonly prompt: string;
  readonly style?: string | undefined;
  readonly size: ImageSize;
  readonly seed?: number | undefined;
  /** How many. */
  readonly count: number;
  readonly trace: string;
  readonly traceparent?: string | undefined;
  readonly signal: AbortSignal;
}

export type FinishReason = 'stop' | 'length';

/**
 * Why an answer has no text.
 *  tool_calls  the model asked for tools, and nothing else
 *  refusal     the model declined
 *  filtered    the upstream's content filter kept the text back
 *  loaded      Ollama only loaded (or unloaded) the model
 *  nothing     the model ended without a word; it may have thought before
 */
export type EmptyReason = 'tool_calls' | 'refusal' | 'filtered' | 'loaded' | 'nothing';

/**
 * Any number of other chunks, then exactly one end; an iteration without an end has thrown.
 * Every chunk is a sign of life. Texts are never empty and hold no U+0000 and no lone surrogate.
 */
export type LlmChunk =
  | { readonly type: 'delta'; readonly text: string }
  /** The model's reasoning: never part of the answer's text. */
  | { readonly type: 'thinking'; readonly text: string }
  /** A part of a tool call; the first one of a call has its id and its name. Only when tools were offered. */
  | {
      readonly type: 'toolCall';
      /** From 0, in the order of the calls. */
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      /** Of a JSON text; may be empty. */
      readonly text: string;
    }
  /** Of a text that was to be embedded: base64 of little-endian 32-bit floats. */
  | { readonly type: 'vector'; readonly index: number; readonly vector: string }
  /** One that was asked for, checked and written anew. */
  | { readonly type: 'image'; readonly index: number; readonly image: DrawnImage }
  /** The upstream is loading the model; comes every few seconds while it does. */
  | { readonly type: 'loading' }
  /** Something came that is not part of the answer, as a comment or a tool call; at most once a second. */
  | { readonly type: 'alive' }
  | {
      readonly type: 'end';
      readonly finishReason: FinishReason;
      /** What stopped it, where that is not its own will. */
      readonly stoppedBy?: 'tool_calls' | 'content_filter';
      /** The sequence of the request that ended it, from providers that say so. */
      readonly stopSequence?: string | undefined;
      /** What the provider counted, within the bounds of the ledger; absent if it did not report it. */
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      /** Parts of the two counts. */
      readonly cachedInputTokens?: number;
      readonly thinkingTokens?: number;
      /** Present when there was no delta and no tool call, and only then. */
      readonly emptyBecause?: EmptyReason;
    };

/** A model that can be asked for, as far as the upstream describes it. */
export interface ModelListing {
  readonly name: string;
  readonly contextTokens?: number;
  /** In the upstream's own words, as Ollama's `completion`, `vision`, `tools`, `thinking`. */
  readonly capabilities?: readonly string[];
}

export interface ModelClient {
  readonly provider: ProviderName;
  readonly defaultModel: string;
  stream(request: LlmRequest): AsyncIterable<LlmChunk>;
  /** A vector for each text, in order, then the end. Absent when the protocol has no embeddings. */
  embed?(request: EmbeddingRequest): AsyncIterable<LlmChunk>;
  /** The images in order, then the end. Absent when the protocol has no images. */
  draw?(request: ImageRequest): AsyncIterable<LlmChunk>;
  /** The models that can be asked for. Throws `LlmError`. */
  models(signal: AbortSignal): Promise<readonly ModelListing[]>;
  close(): Promise<void>;
}

/**
 * Why a call failed.
 *  unreachable   no connection, or it broke before the response began
 *  rate_limited  429
 *  busy          503 (Ollama: its queue is full)
 *  server_error  other 5xx
 *  bad_request   4xx that a retry cannot fix (unknown model, bad key)
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

/** A fault that an operator can fix, where the upstream says it plainly enough. */
export type FailureReason =
  | 'wrong_key'
  | 'wrong_address'
  | 'redirect'
  | 'unknown_model'
  | 'context_too_small'
  | 'out_of_credit'
  | 'out_of_memory'
  | 'invalid_setting';

export interface LlmErrorDetails {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly reason?: FailureReason | undefined;
  readonly code?: string | undefined;
  readonly words?: string | undefined;
  readonly cause?: unknown;
}

export class LlmError extends Error {
  readonly kind: LlmErrorKind;
  readonly status: number | undefined;
  /** From `Retry-After` (seconds or HTTP date) or `retry-after-ms`. */
  readonly retryAfterMs: number | undefined;
  readonly reason: FailureReason | undefined;
  /** The upstream's own code, or type, of the error. */
  readonly code: string | undefined;
  /** The upstream's own words: one line of at most 300 characters, without what it quotes of the messages. */
  readonly words: string | undefined;

  constructor(kind: LlmErrorKind, message: string, details: LlmErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'LlmError';
    this.kind = kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.reason = details.reason;
    this.code = details.code;
    this.words = details.words;
  }
}
