/** The contract of the exchange pipeline: the one way by which a message reaches a model. */
import type { FinishReason, LlmMessage } from '../models/model-client.ts';
import type { History } from '../conversations/history.ts';
import type { Payer, Receipt } from '../credits/meter.ts';
import type { Locale } from '../../shared/locale.ts';

export interface ExchangeRequest {
  /**
   * Whose message it is: the key of the rate window, and of the place in the queue among those of its
   * address.
   */
  readonly owner: string;
  readonly payer: Payer;
  /** `Usuario-N:mM` */
  readonly trace: string;
  readonly text: string;
  /** The pipeline takes the newest whole turns that fit. */
  readonly history: History;
  readonly locale: Locale;
  /** A model's name; the provider's default when absent. */
  readonly model?: string | undefined;
  /** Aborting cancels in every stage; the exchange then throws `cancelled`. */
  readonly signal: AbortSignal;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly source: 'reported' | 'estimated';
}

export type ExchangeEvent =
  /**
   * 1 is next in line. Told when it changes, at most four times a second; never when the call starts at once.
   */
  | { readonly type: 'queued'; readonly position: number }
  | { readonly type: 'started'; readonly model: string; readonly degraded: boolean }
  | { readonly type: 'delta'; readonly text: string };

export interface ExchangeResult {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly provider: 'ollama' | 'openai' | 'offline';
  readonly model: string;
  /** The offline companion stood in for a configured model that did not answer. */
  readonly degraded: boolean;
  readonly usage: TokenUsage;
  readonly credits: { readonly charged: number; readonly balance: number };
  readonly receipt: Receipt;
}

/**
 * Yields events in the order queued* started delta*, returns the result. It may yield `started` again when a
 * provider failed before its first token and the next one took over. Throws `HiloError` only:
 * message_too_long, rate_limited, insufficient_credits, ledger_unavailable, queue_full, cancelled,
 * upstream_failed, upstream_timeout, draining (and internal, for a fault of ours). While the consumer does
 * not pull, the model is read ahead of it by a bounded length only, and the timeouts of the model stand
 * still. The consumer must pull to the end, call
 * `return()`, or abort the signal: an exchange that is merely dropped keeps its slot until the model has
 * finished.
 */
export type Exchange = (request: ExchangeRequest) => AsyncGenerator<ExchangeEvent, ExchangeResult, undefined>;

export type { LlmMessage };
