/**
 * Whether a message sent now would be accepted: the server is asked as a client would ask, since a port
 * that accepts may still belong to a server that is full, is ending, or cannot write its ledger.
 */
import { connect } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import { ERRORS, errorText, type ErrorKey, type ErrorValues } from '../shared/errors.ts';
import { LineSplitter } from '../shared/line-splitter.ts';
import type { Localised } from '../shared/locale.ts';
import { encodeProxyHeader } from '../shared/proxy-protocol.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { TEXTS } from './texts.ts';
import type { ServerAddress } from './upstream.ts';

/** Why not; undefined when ready. */
export type Readiness = Localised | undefined;

const QUESTION = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server.stats' })}\n`;

/** Asks the server at most once in `readinessCacheMs`, however many ask here. */
export function createReadiness(server: ServerAddress, clock: Clock): () => Promise<Readiness> {
  let answer: Promise<Readiness> | undefined;
  return () => {
    if (answer) return answer;
    const asked = askServer(server, clock);
    answer = asked;
    void asked.then(() => clock.after(GATEWAY_LIMITS.readinessCacheMs, () => (answer = undefined)));
    return asked;
  };
}

/** A LOCAL header tells the server that the connection is a proxy's own. */
function askServer(server: ServerAddress, clock: Clock): Promise<Readiness> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.host, port: server.port });
    const lines = new LineSplitter(GATEWAY_LIMITS.readinessLineBytesMax);
    const finish = (readiness: Readiness): void => {
      cancelTimeout();
      resolve(readiness);
      socket.destroy();
    };
    // For the whole question: a trickle of bytes must not prolong it.
    const cancelTimeout = clock.after(GATEWAY_LIMITS.readinessProbeMs, () =>
      finish(TEXTS.server_unreachable),
    );
    socket.on('connect', () => {
      socket.write(encodeProxyHeader());
      socket.write(QUESTION);
    });
    socket.on('data', (chunk: Buffer) => {
      lines.push(chunk);
      const event = lines.next();
      if (event) finish(event.type === 'line' ? readAnswer(event.text) : TEXTS.server_unreachable);
    });
    socket.on('close', () => finish(TEXTS.server_unreachable));
    // Followed by `close`.
    socket.on('error', () => undefined);
  });
}

/** `line` is the answer, or an error by which the server refuses the connection. */
export function readAnswer(line: string): Readiness {
  const answer = parse(line);
  if (answer?.result?.accepting === true) return undefined;
  if (answer?.result) return TEXTS.server_not_accepting;
  const { reason, values: given } = answer?.error?.data ?? {};
  if (!isErrorKey(reason)) return TEXTS.server_unreachable;
  const values = Object.fromEntries(Object.entries(given ?? {}).filter(isValue));
  return { en: errorText(reason, 'en', values), es: errorText(reason, 'es', values) };
}

interface Answer {
  readonly result?: { readonly accepting?: unknown };
  readonly error?: { readonly data?: { readonly reason?: unknown; readonly values?: object } };
}

function parse(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}

function isErrorKey(value: unknown): value is ErrorKey {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

function isValue(entry: [string, unknown]): entry is [string, ErrorValues[string]] {
  return typeof entry[1] === 'string' || typeof entry[1] === 'number';
}
