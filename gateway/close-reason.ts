/**
 * [G-4] in docs/protocol.md.
 * Why a bridge ended: a closed list, counted and logged. `code` is the close code that the browser gets, with
 * the reason's name as its text (RFC 6455 §7.4); null where the WebSocket ended by itself.
 */
import { ERRORS, type ErrorKey } from '../shared/errors.ts';

const GATEWAY_REASONS = {
  server_ended: { code: 1000 },
  draining: { code: 1012 },
  /** The server refused, did not answer, or cannot be resolved. */
  server_unreachable: { code: 1013 },
  /** The connection to the server broke, or ended in the middle of a line. */
  server_lost: { code: 1013 },
  /** The server took no input for too long. */
  server_stalled: { code: 1013 },
  server_line_too_long: { code: 1011 },
  server_invalid_utf8: { code: 1011 },
  binary_refused: { code: 1003 },
  /** A message with CR, LF or NUL: one frame must not smuggle in two commands. */
  not_one_line: { code: 1008 },
  /** More pings and pongs than a client needs to know whether the other side is alive. */
  ping_flood: { code: 1008 },
  slow_consumer: { code: ERRORS.slow_consumer.code },

  browser_closed: { code: null },
  browser_gone: { code: null },
  heartbeat_lost: { code: null },
  message_too_big: { code: null },
  not_utf8: { code: null },
  protocol_error: { code: null },
} as const satisfies Record<string, { readonly code: number | null }>;

export type GatewayReason = keyof typeof GATEWAY_REASONS;
export type CloseReason = GatewayReason | ErrorKey;

/** Application errors keep their code; those outside 4000–4999 become 1011, unexpected condition. */
export function closeCode(reason: CloseReason): number | null {
  if (reason in GATEWAY_REASONS) return GATEWAY_REASONS[reason as GatewayReason].code;
  const { code } = ERRORS[reason as ErrorKey];
  return code >= 4000 && code <= 4999 ? code : 1011;
}

const JSON_PREFIX = Buffer.from('{"jsonrpc":"2.0","id":null');
const TEXT_PREFIX = Buffer.from('FAIL * ');
const CLOSING_LINE_BYTES_MAX = 4096;

/**
 * The error by which the server says why it closes, when the line is such a line: on the JSON-RPC face an
 * error with a null id and `data.closing`, on the text face `FAIL * <key>: …`.
 */
export function closingKey(line: Buffer): ErrorKey | undefined {
  if (line.length > CLOSING_LINE_BYTES_MAX) return undefined;
  if (startsWith(line, JSON_PREFIX)) return jsonKey(line.toString('utf8'));
  if (!startsWith(line, TEXT_PREFIX)) return undefined;
  const end = line.indexOf(':');
  return end < 0 ? undefined : errorKey(line.toString('latin1', TEXT_PREFIX.length, end));
}

/** What WebSocket errors mean; `ws` has sent the close code itself (1009, 1007, 1002). */
export function reasonOfWebSocketError(error: Error): GatewayReason {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') {
    return 'message_too_big';
  }
  if (code === 'WS_ERR_INVALID_UTF8') return 'not_utf8';
  return typeof code === 'string' && code.startsWith('WS_ERR_') ? 'protocol_error' : 'browser_gone';
}

/** The last byte first: nearly every line differs there already. */
function startsWith(line: Buffer, prefix: Buffer): boolean {
  const last = prefix.length - 1;
  return line[last] === prefix[last] && line.subarray(0, prefix.length).equals(prefix);
}

function jsonKey(text: string): ErrorKey | undefined {
  try {
    const message = JSON.parse(text) as { error?: { data?: { reason?: unknown; closing?: unknown } } };
    const data = message.error?.data;
    return data?.closing === true ? errorKey(data.reason) : undefined;
  } catch {
    return undefined;
  }
}

function errorKey(value: unknown): ErrorKey | undefined {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value) ? (value as ErrorKey) : undefined;
}
