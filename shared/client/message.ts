/** What arrives over the wire, as a client sees it. Nothing here trusts the shape of what arrives. */
import type { ErrorKey, ErrorValues } from '../errors.ts';

export type RequestId = string | number;
export type Params = Readonly<Record<string, unknown>>;

/** A row of the table of errors; or there was no answer, because the connection was cut or time ran out. */
export type FailureReason = ErrorKey | 'disconnected' | 'timed_out';

export interface RpcFailure {
  readonly reason: FailureReason;
  /** The server's own text, for reasons that this client does not know. */
  readonly message: string;
  readonly values: ErrorValues;
  readonly retryAfterMs?: number;
}

export type Outcome =
  { readonly ok: true; readonly result: Params } | { readonly ok: false; readonly failure: RpcFailure };

export type RpcMessage =
  | { readonly type: 'notification'; readonly method: string; readonly params: Params; readonly seq?: number }
  | { readonly type: 'response'; readonly id: RequestId; readonly outcome: Outcome; readonly seq?: number }
  /** The final error line of the server, before it ends the connection. */
  | { readonly type: 'closing'; readonly failure: RpcFailure }
  /** An error that belongs to no request. */
  | { readonly type: 'stray'; readonly failure: RpcFailure };

export const DISCONNECTED: RpcFailure = { reason: 'disconnected', message: '', values: {} };
export const TIMED_OUT: RpcFailure = { reason: 'timed_out', message: '', values: {} };

/**
 * Whether a server gave it as the reason of a failure. The table itself is not looked into: it would be a
 * large part of the page's first script, and a newer server has keys that it has not.
 */
export function isErrorKey(text: unknown): text is ErrorKey {
  if (text === 'disconnected' || text === 'timed_out') return false;
  return typeof text === 'string' && /^[a-z][a-z\d_]*$/.test(text);
}

export function isRecord(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 0 for anything that is not a finite number. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Empty for anything that is not a string. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Undefined for anything that is not a JSON-RPC message, such as lines of a greeting. */
export function parseMessage(line: string): RpcMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  const message = parseJson(line);
  if (!isRecord(message)) return undefined;
  if (typeof message['method'] === 'string') {
    const params = isRecord(message['params']) ? message['params'] : {};
    return { type: 'notification', method: message['method'], params, ...sequence(params) };
  }
  const id = message['id'];
  const known = typeof id === 'string' || typeof id === 'number';
  if (isRecord(message['error'])) {
    const failure = failureOf(message['error']);
    const data = isRecord(message['error']['data']) ? message['error']['data'] : {};
    if (known) return { type: 'response', id, outcome: { ok: false, failure }, ...sequence(data) };
    return { type: data['closing'] === true ? 'closing' : 'stray', failure };
  }
  if (!known || !isRecord(message['result'])) return undefined;
  return {
    type: 'response',
    id,
    outcome: { ok: true, result: message['result'] },
    ...sequence(message['result']),
  };
}

export function failureOf(error: Params): RpcFailure {
  const data = isRecord(error['data']) ? error['data'] : {};
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(isRecord(data['values']) ? data['values'] : {})) {
    if (typeof value === 'string' || typeof value === 'number') values[name] = value;
  }
  const retryAfterMs = data['retryAfterMs'];
  return {
    reason: isErrorKey(data['reason']) ? data['reason'] : 'internal',
    message: typeof error['message'] === 'string' ? error['message'] : '',
    values,
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? { retryAfterMs } : {}),
  };
}

function sequence(holder: Params): { seq?: number } {
  return typeof holder['seq'] === 'number' ? { seq: holder['seq'] } : {};
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
