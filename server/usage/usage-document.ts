/** Between the events of Hilo and the documents in which other services know theirs. */
import type { UsageDocumentValue } from '../../shared/operations/usage-document.ts';
import type { FoundEvent } from './usage-events.ts';
import { ANSWERED, CANCELLED, type UsageEvent } from './usage-event.ts';
import type { Kind } from './usage-kinds.ts';

const NANOS = 1_000_000_000;
const HTTP_ERRORS_FROM = 400;
const GOOD: ReadonlySet<string> = new Set(['', 'ok', 'success', 'succeeded', 'completed', ANSWERED]);
const CANCELLATIONS: ReadonlySet<string> = new Set(['cancelled', 'canceled', 'aborted']);

/** `account` is that of its user. */
export function eventOf(document: UsageDocumentValue, account: string): UsageEvent {
  const { ts, service, provider = '', model = '', tokens, size, cost, requestId } = document;
  return {
    at: Date.parse(ts),
    account,
    kind: { service, route: '', provider, model, outcome: outcomeOf(document.status) },
    inputTokens: tokens?.in ?? 0,
    outputTokens: tokens?.out ?? 0,
    credits: 0,
    usdNanos: Math.round((cost?.usd ?? 0) * NANOS),
    times: {
      latencyMs: document.latencyMs,
      firstTokenMs: undefined,
      queuedMs: undefined,
      bytesIn: size?.inputBytes ?? 0,
      bytesOut: size?.outputBytes ?? 0,
    },
    request: requestId,
    document: JSON.stringify(document),
  };
}

/** What another service has told is given back as it was. */
export function documentOf(row: FoundEvent, kind: Kind): UsageDocumentValue {
  if (row.document !== null) return JSON.parse(row.document) as UsageDocumentValue;
  const { service, route, provider, model, outcome } = kind;
  const { credits, first_token_ms: firstTokenMs, queued_ms: queuedMs } = row;
  return {
    ts: new Date(row.at).toISOString(),
    userId: userIdOf(row),
    service,
    requestId: row.request,
    ...(provider === '' ? {} : { provider }),
    ...(model === '' ? {} : { model }),
    ...(row.latency_ms === null ? {} : { latencyMs: row.latency_ms }),
    status: statusOf(outcome),
    tokens: { in: row.input_tokens, out: row.output_tokens },
    size: { inputBytes: row.bytes_in, outputBytes: row.bytes_out },
    cost: { usd: row.usd_nanos / NANOS },
    meta: {
      outcome,
      credits,
      ...(route === '' ? {} : { route }),
      ...(firstTokenMs === null ? {} : { firstTokenMs }),
      ...(queuedMs === null ? {} : { queuedMs }),
    },
  };
}

/** Of an account that nobody has, what it is called in the ledger. */
function userIdOf({ owner, name }: FoundEvent): string {
  return owner === null ? name : owner.slice(owner.indexOf(':') + 1);
}

function statusOf(outcome: string): string {
  if (outcome === ANSWERED) return 'ok';
  return outcome === CANCELLED ? 'cancelled' : 'error';
}

function outcomeOf(status: string | number | undefined): string {
  if (typeof status === 'number') return status < HTTP_ERRORS_FROM ? ANSWERED : `http_${status}`;
  const word = (status ?? '').toLowerCase();
  if (GOOD.has(word)) return ANSWERED;
  return CANCELLATIONS.has(word) ? CANCELLED : word.slice(0, 40);
}
