/** What the parts of a request tell of themselves for its trace. It must cost them next to nothing. */
import type { ErrorKey } from '../../shared/errors.ts';
import type { ExchangeRecord } from './exchange-record.ts';

export interface BegunRequest {
  readonly operation: string;
  readonly isText: boolean;
  /** The name of the session. */
  readonly session: string;
  /** By which a client of the gateway knows it. */
  readonly clientRequestId: string | undefined;
  /** What its caller said of its own trace; undefined when that is nothing, or nonsense. */
  readonly traceparent: string | undefined;
}

export interface EndedRequest {
  /** Undefined when it has succeeded. */
  readonly key: ErrorKey | undefined;
  readonly conversation: string | undefined;
}

export interface AttemptTrace {
  readonly spanId: string;
  /** For the model server. */
  readonly traceparent: string;
}

/** Requests and exchanges are known by their trace, such as `Usuario-3:m1`. No method throws or waits. */
export interface Tracing {
  requestBegan(trace: string, request: BegunRequest): void;
  requestEnded(trace: string, ended: EndedRequest): void;
  /** A try of a provider is about to begin. */
  attemptBegan(trace: string): AttemptTrace;
  exchangeEnded(record: ExchangeRecord): void;
  /** Called only where texts may be written down. */
  said(trace: string, prompt: string, answer: string): void;
  /** The trace in the form of W3C, of a request that runs. */
  traceIdOf(trace: string): string | undefined;
  /** Sends what is left, for a bounded time. */
  close(): Promise<void>;
}
