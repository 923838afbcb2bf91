/** The witness over HTTP: one path and small requests, with limits so that no client can block it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addCheckpointPath, WITNESS_PROTOCOL_LIMITS } from '../../shared/ledger/witness-protocol.ts';
import type { WitnessResponse } from './witness.ts';

export const WITNESS_SERVER_LIMITS = {
  headersMs: 5_000,
  /** For the whole request, body included. */
  requestMs: 10_000,
  /** Logs send their next request after a few seconds. */
  keepAliveMs: 60_000,
  /** How often to look for slow requests. */
  checkMs: 1_000,
  connectionsMax: 256,
  headerBytesMax: 8 * 1024,
  /** How long in-flight requests may take when the witness stops. */
  stopMs: 5_000,
} as const;

export interface WitnessServerOptions {
  readonly host: string;
  readonly port: number;
  readonly addCheckpoint: (body: Uint8Array) => Promise<WitnessResponse>;
  readonly limits?: { readonly [Name in keyof typeof WITNESS_SERVER_LIMITS]: number };
}

export interface WitnessServer {
  readonly port: number;
  /** Accepts no further connections, finishes in-flight requests, and resolves when everything is closed. */
  close(): Promise<void>;
}

export async function startWitnessServer(options: WitnessServerOptions): Promise<WitnessServer> {
  const { host, port, limits = WITNESS_SERVER_LIMITS } = options;
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: limits.headerBytesMax,
      noDelay: true,
    },
    (request, response) => {
      // Only two failures are left here: a broken connection, and state that could not be read or written.
      answer(options, request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = limits.connectionsMax;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  return { port: (server.address() as AddressInfo).port, close: () => close(server, limits.stopMs) };
}

async function answer(
  { addCheckpoint }: WitnessServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== addCheckpointPath) return refuse(response, 404, `There is only ${addCheckpointPath}`);
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Only POST is allowed');
  }
  const body = await readBody(request);
  if (body === undefined) return refuse(response, 413, 'The request is too long');
  const { status, contentType, body: text } = await addCheckpoint(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The body of the request may be unread, so the connection cannot be used again. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${reason}\n`);
}

/** Undefined when the body is longer than any request. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { requestBytesMax } = WITNESS_PROTOCOL_LIMITS;
  if (Number(request.headers['content-length'] ?? 0) > requestBytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not break the connection, because the refusal still has to be sent on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > requestBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function close(server: Server, stopMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const timer = setTimeout(() => server.closeAllConnections(), stopMs);
  await promise;
  clearTimeout(timer);
}
