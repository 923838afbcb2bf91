/** One exchange, or one event of another service, as usage counts it. Never a text of a conversation. */
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import type { Kind } from './usage-kinds.ts';
import type { Counted } from './tally.ts';

export const ANSWERED = 'answered';
export const CANCELLED = 'cancelled';
/** Of an exchange that the ledger says has failed, when nothing more is known. */
const FAILED = 'upstream_failed';

export interface UsageEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The ledger's name of the account that asked. */
  readonly account: string;
  /** That of the account that pays, where it is another one. */
  readonly payer?: string | undefined;
  readonly kind: Kind;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly credits: number;
  readonly usdNanos: number;
  readonly times: UsageTimes | undefined;
  /** The trace of an exchange, or what another service calls its request. */
  readonly request: string;
  /** JSON, as another service has given it. */
  readonly document?: string | undefined;
}

export interface UsageTimes {
  readonly latencyMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly queuedMs: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export function countedOf({ kind, times, ...event }: UsageEvent): Counted {
  const { inputTokens, outputTokens, credits, usdNanos } = event;
  const isError = kind.outcome !== ANSWERED && kind.outcome !== CANCELLED;
  const { latencyMs, firstTokenMs, queuedMs, bytesIn = 0, bytesOut = 0 } = times ?? {};
  const measured = { latencyMs, firstTokenMs, queuedMs, bytesIn, bytesOut };
  return { isError, inputTokens, outputTokens, credits, usdNanos, ...measured };
}

export function timesOf({ times, sizes }: ExchangeRecord): UsageTimes {
  const { totalMs: latencyMs, firstTokenMs, queuedMs } = times;
  return { latencyMs, firstTokenMs, queuedMs, bytesIn: sizes.bytesIn, bytesOut: sizes.bytesOut };
}

/** As people know the services: an exchange in the queue is a job, whatever it was for. */
export function serviceName(service: string, isJob: boolean): string {
  if (isJob) return 'job';
  return SERVICES[service] ?? service;
}

const SERVICES: Readonly<Record<string, string>> = { completion: 'gateway', title: 'chat' };

export function outcomeOf(finish: string): string {
  if (finish === 'cancelled') return CANCELLED;
  return finish === 'failed' ? FAILED : ANSWERED;
}
