/** Makes clients for a run: which face, which door, which local address. */
import type { ChatClient, ClientHooks, Target } from './chat-client.ts';
import { jsonRpcClient, websocketClient, type SessionClient } from './session-client.ts';
import { TextClient } from './text-client.ts';

export const TRANSPORTS = ['tcp', 'json', 'ws'] as const;
/** tcp: the text face. json: JSON-RPC over TCP. ws: JSON-RPC through the gateway. */
export type Transport = (typeof TRANSPORTS)[number];
export type TransportChoice = Transport | 'mixed';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Targets {
  readonly server: Endpoint;
  readonly gateway: Endpoint;
  /** Where the server says what it counts. */
  readonly serverMetrics: Endpoint;
}

/** One local address has some 28,000 ports, and each connection uses one up for a while after its end. */
export const CLIENTS_PER_ADDRESS = 20_000;
const ADDRESSES = 250;
export const CONNECT_TIMEOUT_MS = 30_000;

export function transportOf(choice: TransportChoice, index: number): Transport {
  return choice === 'mixed' ? (TRANSPORTS[index % TRANSPORTS.length] ?? 'json') : choice;
}

export function createClient(
  targets: Targets,
  transport: Transport,
  index: number,
  hooks: ClientHooks,
): ChatClient {
  if (transport === 'tcp') return new TextClient(targetOf(targets.server, index));
  return createSessionClient(targets, transport, index, hooks);
}

/** A client whose session can be resumed. */
export function createSessionClient(
  targets: Targets,
  transport: 'json' | 'ws',
  index: number,
  hooks: ClientHooks,
): SessionClient {
  if (transport === 'ws') return websocketClient(targetOf(targets.gateway, index), hooks);
  return jsonRpcClient(targetOf(targets.server, index), hooks);
}

export function targetOf({ host, port }: Endpoint, index: number): Target {
  return { host, port, localAddress: localAddressOf(host, index), connectTimeoutMs: CONNECT_TIMEOUT_MS };
}

/**
 * Of the loopback network any address may be used; elsewhere the system chooses. It also does for the first
 * clients: a port that is bound before connecting must be free of every connection, ended ones included.
 */
export function localAddressOf(host: string, index: number): string | undefined {
  const group = Math.floor(index / CLIENTS_PER_ADDRESS) % ADDRESSES;
  return host.startsWith('127.') && group > 0 ? `127.0.0.${1 + group}` : undefined;
}
