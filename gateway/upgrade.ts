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
import type { HttpConnections } from './http/http-connections.ts';
import { isOriginAllowed } from './origin.ts';
import type { OriginRulesFor } from './own-names.ts';
import type { ProxyEndpoint } from '../shared/proxy-protocol.ts';
import { refuse, type HttpRefusal } from './refusal.ts';
import { preferredLocale } from './texts.ts';
import { BridgeWebSocket } from './websocket-bridge.ts';

export const WEBSOCKET_PATHS: readonly string[] = ['/ws', '/ws/', '/'];

export interface UpgradeOptions {
  readonly config: GatewayConfig;
  readonly connectionsMax: number;
  readonly bridges: Bridges;
  readonly connections: HttpConnections;
  readonly originRules: OriginRulesFor;
  readonly counts: GatewayCounts;
  isDraining(): boolean;
}

export type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** An offer of another protocol, such as h2c, is answered as if it had not been made (RFC 9110 §7.8). */
export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

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
    // The bridge answers pings: `ws` would end a flood without a reason.
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
  // Not a valid handshake (RFC 6455 §4.2.1): the answer names the version, as §4.2.2 asks.
  const headers = { 'sec-websocket-version': '13' };
  webSockets.on('wsClientError', (_error, socket, request) => {
    refuseRequest(request, socket, { status: 400, text: 'bad_request', headers });
  });
  return (request, socket, head) => {
    options.connections.upgrade(socket, () => open(request, socket, head));
  };

  function open(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const client = clientOf(request, socket, config);
    const reason = reasonAgainst(request, socket, client, options);
    if (reason) return refuseRequest(request, socket, reason);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      counts.opened += 1;
      bridges.open(webSocket, socket, client);
    });
  }
}

type Reason = Omit<HttpRefusal, 'locale'>;

function clientOf(request: IncomingMessage, socket: Socket, config: GatewayConfig): ProxyEndpoint {
  const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  const forwardedFor = request.headers['x-forwarded-for'];
  const header = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
  return clientEndpoint(peer, header, config.TRUSTED_PROXIES);
}

function reasonAgainst(
  request: IncomingMessage,
  socket: Socket,
  client: ProxyEndpoint,
  options: UpgradeOptions,
): Reason | undefined {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!WEBSOCKET_PATHS.includes(path)) return { status: 404, text: 'not_found' };
  const { origin, host } = request.headers;
  const { bridges, config, connectionsMax } = options;
  if (!isOriginAllowed(origin, host, options.originRules(socket))) {
    return { status: 403, text: 'foreign_origin' };
  }
  if (options.isDraining()) return { status: 503, text: 'draining' };
  if (bridges.size >= connectionsMax) return { status: 503, text: 'full' };
  if (config.ADDRESS_LIMIT_EXEMPT.has(client.address)) return undefined;
  if (bridges.countOf(client.address) < addressBridgesMax(options)) return undefined;
  return { status: 429, text: 'address_full' };
}

/** More than the server admits, so that the server can say why it refuses; at most half of all places. */
function addressBridgesMax({ config, connectionsMax }: UpgradeOptions): number {
  const most = config.ADDRESS_CONNECTIONS_MAX * GATEWAY_LIMITS.addressBridgesFactor;
  return Math.min(most, Math.max(1, Math.floor(connectionsMax / 2)));
}
