/** From an HTTP upgrade to a bridge, or to a plain refusal before there is a WebSocket. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Locale } from '../shared/locale.ts';
import type { Bridges } from './bridges.ts';
import { clientEndpoint } from './client-address.ts';
import type { GatewayConfig } from './config.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { isOriginAllowed } from './origin.ts';
import { preferredLocale, TEXTS, type TextKey } from './texts.ts';
import { BridgeWebSocket } from './websocket-bridge.ts';

export const WEBSOCKET_PATHS: readonly string[] = ['/ws', '/'];

export interface UpgradeOptions {
  readonly config: GatewayConfig;
  readonly connectionsMax: number;
  readonly bridges: Bridges;
  readonly counts: GatewayCounts;
  isDraining(): boolean;
}

export type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

export function createUpgradeListener(options: UpgradeOptions): UpgradeListener {
  const { config, bridges, counts } = options;
  const webSocketOptions = {
    noServer: true,
    WebSocket: BridgeWebSocket,
    maxPayload: GATEWAY_LIMITS.messageBytesMax,
    maxFragments: GATEWAY_LIMITS.messageFragmentsMax,
    maxBufferedChunks: GATEWAY_LIMITS.bufferedChunksMax,
    // It costs some 250 KB a connection, and answers are short.
    perMessageDeflate: false,
    clientTracking: false,
    closeTimeout: GATEWAY_LIMITS.closeMs,
  };
  const webSockets = new WebSocketServer(webSocketOptions);
  return (request, socket, head) => {
    const refusal = refusalFor(request, options);
    if (refusal) {
      counts.refusedUpgrades += 1;
      refuse(socket, refusal, preferredLocale(request.headers['accept-language'], config.HILO_LOCALE));
      return;
    }
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const forwardedFor = request.headers['x-forwarded-for'];
    const header = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
    const client = clientEndpoint(peer, header, config.TRUSTED_PROXIES);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      counts.opened += 1;
      bridges.open(webSocket, socket, client);
    });
  };
}

interface Refusal {
  readonly status: number;
  readonly text: TextKey;
}

function refusalFor(request: IncomingMessage, options: UpgradeOptions): Refusal | undefined {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!WEBSOCKET_PATHS.includes(path)) return { status: 404, text: 'not_found' };
  const { origin, host } = request.headers;
  if (!isOriginAllowed(origin, host, options.config.ALLOWED_ORIGINS)) {
    return { status: 403, text: 'foreign_origin' };
  }
  if (options.isDraining()) return { status: 503, text: 'draining' };
  if (options.bridges.size >= options.connectionsMax) return { status: 503, text: 'full' };
  return undefined;
}

function refuse(socket: Socket, { status, text }: Refusal, locale: Locale): void {
  const body = `${TEXTS[text][locale]}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Content-Language: ${locale}`,
    ...(status === 503 ? [`Retry-After: ${GATEWAY_LIMITS.retryAfterSeconds}`] : []),
  ];
  // The peer may be gone already; its error must not end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
