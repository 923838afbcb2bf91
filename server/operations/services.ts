/** Small interfaces between the handlers and what stands behind them. */
import type { OutputOf } from '../../shared/define-operation.ts';
import type { Operations } from '../../shared/operations/index.ts';
import type { ModelClient } from '../models/model-client.ts';

type ProviderName = ModelClient['provider'];

/** What one provider offers. */
export interface ModelOffer {
  readonly provider: ProviderName;
  readonly defaultModel: string;
  readonly models: readonly string[];
  /** It is the first choice and does not stand in for another. */
  readonly isFirst: boolean;
}

export interface ModelDirectory {
  /** Of the provider that is the first choice. */
  providerName(): ProviderName;
  defaultModel(): string;
  /** Throws `upstream_failed` when the first choice does not answer. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Of the first that answers, as with messages. Throws `upstream_failed` when none does. */
  offer(signal: AbortSignal): Promise<ModelOffer>;
}

export interface RateReader {
  readonly limit: number;
  readonly windowSeconds: number;
  /** Messages that the owner may send now. */
  remaining(owner: string): number | Promise<number>;
}

export interface ServerState {
  read(): Omit<OutputOf<Operations['server.stats']>, 'uptimeSeconds'>;
}
