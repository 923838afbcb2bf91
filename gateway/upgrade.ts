/** From an HTTP upgrade to a bridge, or to a plain refusal before there is a WebSocket. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Bridges } from './bridges.ts';
import { clientEndpoint } from './client-address.ts';
import type { GatewayConfig } from './config.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { isLoopback, isOriginAllowed } from './origin.ts';
import { refuse, type Refusal } from './refusal.ts';
import { preferredLocale } from './texts.ts';
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
    // The bridge answers pings: `ws` would cut a flood without a word.
    autoPong: false,
    clientTracking: false,
    closeTimeout: GATEWAY_LIMITS.closeMs,
  };
  const webSockets = new WebSocketServer(webSocketOptions);
  const refuseRequest = (request: IncomingMessage, socket: Duplex, reason: Reason): void => {
    counts.refusedUpgrades += 1;
    const locale = preferredLocale(request.headers['accept-language'], config.HILO_LOCALE);
    refuse(socket, { ...reason, locale });
  };
  // A handshake that is none (RFC 6455 §4.2.1): the version is named as §4.2.2 asks.
  const headers = { 'sec-websocket-version': '13' };
  webSockets.on('wsClientError', (_error, socket, request) => {
    refuseRequest(request, socket, { status: 400, text: 'bad_request', headers });
  });
  return (request, socket, head) => {
    const reason = reasonAgainst(request, options);
    if (reason) return refuseRequest(request, socket, reason);
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

type Reason = Omit<Refusal, 'locale'>;

function reasonAgainst(request: IncomingMessage, options: UpgradeOptions): Reason | undefined {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!WEBSOCKET_PATHS.includes(path)) return { status: 404, text: 'not_found' };
  const { origin, host } = request.headers;
  const { ALLOWED_ORIGINS, GATEWAY_HOST } = options.config;
  const rules = { allowed: ALLOWED_ORIGINS, isLoopbackOnly: isLoopback(GATEWAY_HOST) };
  if (!isOriginAllowed(origin, host, rules)) {
    return { status: 403, text: 'foreign_origin' };
  }
  if (options.isDraining()) return { status: 503, text: 'draining' };
  if (options.bridges.size >= options.connectionsMax) return { status: 503, text: 'full' };
  return undefined;
}
