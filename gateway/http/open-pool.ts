import { openTcp } from '../../shared/client/tcp-transport.ts';
import { encodeLocalHeader } from '../../shared/proxy-protocol.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { ServerAddress } from '../upstream.ts';
import { ServerPool, type ServerPoolOptions } from './server-pool.ts';

interface PoolSettings extends Pick<ServerPoolOptions, 'clock' | 'isExempt'> {
  /** If that is less than the limit of the gateway. */
  readonly connectionsMax: number;
  /** Of one address, waiting or running. */
  readonly addressRequestsMax: number;
}

/** The gateway's own connections: on them the server believes what it says about clients. [G-8] */
export function openPool(
  server: ServerAddress,
  { connectionsMax, addressRequestsMax, ...settings }: PoolSettings,
): ServerPool {
  const target = {
    host: server.host,
    port: server.port,
    tls: server.tls,
    preamble: encodeLocalHeader(),
    connectTimeoutMs: GATEWAY_LIMITS.connectMs,
  };
  return new ServerPool({
    ...settings,
    open: (events) => openTcp(target, events),
    limits: {
      ...GATEWAY_LIMITS,
      serverConnectionsMax: Math.min(GATEWAY_LIMITS.serverConnectionsMax, Math.max(1, connectionsMax)),
      addressRequestsMax,
    },
  });
}
