import type { ErrorKey } from '../../shared/errors.ts';
import type { LlmError, LlmErrorKind, ModelClient } from '../models/model-client.ts';
import type { TokenUsage } from './exchange.ts';
import type { BreakerState } from '../models/provider-guard.ts';

export type ProviderName = ModelClient['provider'];

/** What the pipeline tells whoever counts and logs. Called synchronously; a callback must not throw. */
export interface ExchangeMetrics {
  /** A message has to wait for a slot. */
  onQueued(): void;
  /** A message got its first slot; `ms` since it asked. */
  onQueueWait(ms: number): void;
  onCallStart(provider: ProviderName, model: string): void;
  /** Once for each `onCallStart`. */
  onCallEnd(provider: ProviderName, outcome: 'answered' | LlmErrorKind, ms: number): void;
  /** Since the call's start. */
  onFirstToken(provider: ProviderName, ms: number): void;
  /** Once for each exchange that delivered anything, also when it failed or was cancelled afterwards. */
  onTokens(provider: ProviderName, usage: TokenUsage): void;
  onRetry(event: RetryEvent): void;
  onFallback(event: FallbackEvent): void;
  onBreakerState(provider: ProviderName, state: BreakerState): void;
  /** A message that was refused before it reached a model. */
  onRefused(key: ErrorKey): void;
}

export interface RetryEvent {
  readonly provider: ProviderName;
  readonly trace: string;
  readonly failure: LlmError;
  readonly delayMs: number;
}

export interface FallbackEvent {
  readonly from: ProviderName;
  readonly to: ProviderName;
  readonly trace: string;
  /** Absent when the breaker of `from` was open, so that it was not called. */
  readonly failure: LlmError | undefined;
}

export const NO_METRICS: ExchangeMetrics = {
  onQueued: () => undefined,
  onQueueWait: () => undefined,
  onCallStart: () => undefined,
  onCallEnd: () => undefined,
  onFirstToken: () => undefined,
  onTokens: () => undefined,
  onRetry: () => undefined,
  onFallback: () => undefined,
  onBreakerState: () => undefined,
  onRefused: () => undefined,
};
