/** HTTP to witnesses: one undici agent, with answers of a bounded length. */
import { Agent } from 'undici';
import { WITNESS_PROTOCOL_LIMITS, type HttpAnswer } from '../../shared/ledger/witness-protocol.ts';

export const WITNESS_HTTP_LIMITS = {
  connectMs: 5_000,
  /** Shorter than what servers are used to keep idle connections; they may ask for more. */
  keepAliveMs: 4_000,
  keepAliveHintMaxMs: 60_000,
  headerBytesMax: 8 * 1024,
} as const;

/** Posts a text. Rejects when no whole answer came, whatever its status. Redirects are not followed. */
export type WitnessFetch = (url: string, body: string, signal: AbortSignal) => Promise<HttpAnswer>;

export interface WitnessHttp {
  readonly fetch: WitnessFetch;
  /** Breaks all connections. */
  close(): Promise<void>;
}

export function createWitnessHttp(): WitnessHttp {
  const agent = new Agent({
    connect: { timeout: WITNESS_HTTP_LIMITS.connectMs, noDelay: true },
    // A witness is asked once at a time.
    connections: 1,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: WITNESS_HTTP_LIMITS.headerBytesMax,
    keepAliveTimeout: WITNESS_HTTP_LIMITS.keepAliveMs,
    keepAliveMaxTimeout: WITNESS_HTTP_LIMITS.keepAliveHintMaxMs,
    // The caller limits the time of the whole exchange, by the signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const fetch: WitnessFetch = async (url, text, signal) => {
    const { origin, pathname, search } = new URL(url);
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const path = pathname + search;
    const response = await agent.request({ origin, path, method: 'POST', headers, body: text, signal });
    const contentType = String(response.headers['content-type'] ?? '');
    return { status: response.statusCode, contentType, body: await readBody(response.body) };
  };
  return { fetch, close: () => agent.destroy() };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const { answerBytesMax } = WITNESS_PROTOCOL_LIMITS;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`The answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
