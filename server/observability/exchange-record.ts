/** What is known about one exchange after it has ended, however it ended. Never the text. */
import type { ErrorKey } from '../../shared/errors.ts';

export interface ExchangeRecord {
  /** `Usuario-N:mM` */
  readonly trace: string;
  /** By which a client of the gateway knows its request. */
  readonly request: string | undefined;
  readonly owner: string;
  /** The account that pays. */
  readonly account: string;
  /** What it was for. */
  readonly service: string;
  /** It came from the prompt queue. */
  readonly isJob: boolean;
  /**
   * The ledger has an entry of it, or gets one when its job ends; undefined: it gets none.
   */
  readonly settled: 'now' | 'later' | undefined;
  /** What a model was asked for, in the words of OpenTelemetry. */
  readonly kind: 'chat' | 'embeddings' | 'generate_content';
  /** Who has asked: an account, or an API key (`key:ID`). */
  readonly actor: string;
  /** The id of the team whose wallet pays, if it is a team's. */
  readonly team: string | undefined;
  /** The requested route; undefined for the default. */
  readonly wanted: string | undefined;
  /** `answered`, or the key of the error that the client got. */
  readonly outcome: 'answered' | ErrorKey;
  /** Undefined unless the answer is complete. */
  readonly finish: 'stop' | 'length' | undefined;
  /** The provider that was called last; undefined when none was called. */
  readonly answeredBy: Answerer | undefined;
  readonly times: ExchangeTimes;
  /** Calls of models, in order. */
  readonly attempts: readonly AttemptRecord[];
  readonly fallbacks: readonly FallbackRecord[];
  /** Undefined when nothing was sent to a model. */
  readonly usage: UsageRecord | undefined;
  /** Credits; also 0 when nothing was settled. */
  readonly charged: number;
  readonly sizes: ExchangeSizes;
}

export interface UsageRecord {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Both were counted by the provider, or at least one was estimated here. */
  readonly source: 'reported' | 'estimated';
}

export interface Answerer {
  readonly route: string;
  readonly provider: string;
  readonly model: string;
  /** The offline companion stood in for a configured model. */
  readonly degraded: boolean;
}

/** Durations in milliseconds. */
export interface ExchangeTimes {
  /** Wall time of the arrival. */
  readonly arrivedAtMs: number;
  /** From the arrival to the end of the input checks; undefined for what they refused. */
  readonly checkedMs: number | undefined;
  /**
   * From the arrival to the end of the input checks and the reservation; undefined for a refused exchange.
   */
  readonly admittedMs: number | undefined;
  /** From the admission to the first slot; undefined when it never got one. */
  readonly queuedMs: number | undefined;
  /** No slot was free when the exchange was admitted. */
  readonly hadToWait: boolean;
  /** From the arrival to the first text or thinking. */
  readonly firstTokenMs: number | undefined;
  /** From the arrival to the moment when the reader had all; undefined when no model was to be asked. */
  readonly deliveredMs: number | undefined;
  readonly totalMs: number;
}

export interface AttemptRecord {
  readonly route: string;
  readonly provider: string;
  readonly model: string;
  /** `answered`, or the kind of the failure. */
  readonly outcome: string;
  /** From the arrival of the exchange. */
  readonly startedMs: number;
  readonly durationMs: number;
  /** From the call to its first chunk that is more than a sign of life. */
  readonly firstTokenMs: number | undefined;
  readonly failure: FailureRecord | undefined;
  /** Its span, where traces are made. */
  readonly spanId: string | undefined;
  /** The pause before the retry; undefined when there was none. */
  readonly retryInMs: number | undefined;
}

export interface FailureRecord {
  /** The HTTP status, if there was one. */
  readonly status: number | undefined;
  /** A fault that an operator can fix, where it is clear, such as `wrong_key` or `redirect`. */
  readonly diagnosis: string | undefined;
  /** The upstream's own error text, truncated. */
  readonly message: string;
}

export interface FallbackRecord {
  readonly from: string;
  readonly to: string;
  /** The kind of the last failure of `from`; `breaker_open` or `queue_full` when it was not called. */
  readonly reason: string;
}

/** Characters are UTF-16 code units, bytes those of UTF-8. */
export interface ExchangeSizes {
  readonly promptCharacters: number;
  readonly answerCharacters: number;
  readonly thinkingCharacters: number;
  /** Of the message, without what was said before. */
  readonly bytesIn: number;
  /** Of the answer. */
  readonly bytesOut: number;
  /** Messages that were sent to the model, the system prompt included. */
  readonly messages: number;
}
