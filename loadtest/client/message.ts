/** What the server can send on the JSON-RPC face, read with as little work as a load generator can afford. */
export type Message =
  | {
      readonly kind: 'notification';
      readonly method: string;
      readonly requestId: number | undefined;
      readonly text: string;
      readonly seq: number | undefined;
    }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly result: Readonly<Record<string, unknown>> & object;
      readonly seq: number | undefined;
    }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly reason: string;
      readonly text: string;
      readonly retryAfterMs: number | undefined;
      readonly seq: number | undefined;
    }
  /** Why the connection ends, or why a line was not understood: it answers no request. */
  | { readonly kind: 'closing'; readonly reason: string; readonly seq: number | undefined };

/** Undefined when the line is not what the server may send. */
export function parseMessage(line: string): Message | undefined {
  let value: Wire;
  try {
    value = JSON.parse(line) as Wire;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof value.method === 'string') return notification(value.method, value.params ?? {});
  if (value.error) return failure(value.id, value.error);
  if (typeof value.id !== 'number' || typeof value.result !== 'object' || value.result === null)
    return undefined;
  return { kind: 'result', id: value.id, result: value.result, seq: numberOrNone(value.result['seq']) };
}

interface Wire {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Record<string, unknown> | null;
  readonly error?: WireError;
}

interface WireError {
  readonly message?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
}

function notification(method: string, params: Readonly<Record<string, unknown>>): Message {
  return {
    kind: 'notification',
    method,
    requestId: numberOrNone(params['requestId']),
    text: typeof params['text'] === 'string' ? params['text'] : '',
    seq: numberOrNone(params['seq']),
  };
}

function failure(id: unknown, error: WireError): Message {
  const data = error.data ?? {};
  const reason = typeof data['reason'] === 'string' ? data['reason'] : 'unknown_error';
  const seq = numberOrNone(data['seq']);
  if (typeof id !== 'number') return { kind: 'closing', reason, seq };
  const retryAfterMs = numberOrNone(data['retryAfterMs']);
  return { kind: 'error', id, reason, text: String(error.message), retryAfterMs, seq };
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
