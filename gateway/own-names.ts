/** Which pages may talk to this gateway. [G-3] */
import type { GatewayConfig } from './config.ts';
import { isEncrypted, type PeerSocket } from './encrypted.ts';
import { isLocalName, isLoopback, type OriginRules } from './origin.ts';

/** The rules for what comes on this connection. */
export type OriginRulesFor = (socket: PeerSocket) => OriginRules;

export function originRules(
  config: Pick<GatewayConfig, 'ALLOWED_ORIGINS' | 'GATEWAY_HOST' | 'TRUSTED_PROXIES'>,
  machineName: string,
  /** Whether the certificate has this name. */
  isCertified: (host: string) => boolean = () => false,
): OriginRulesFor {
  const isLocal = (host: string) => isLocalName(host, machineName);
  const isOwn = isLoopback(config.GATEWAY_HOST) ? isLoopback : isLocal;
  return (socket) => {
    const allowed = config.ALLOWED_ORIGINS;
    // A trusted proxy has already selected requests by name.
    const isProxy = config.TRUSTED_PROXIES.has(socket.remoteAddress ?? '');
    if (!isEncrypted(socket)) return { allowed, isOwnName: isProxy ? () => true : isOwn };
    // A browser comes under another name only if somebody has waved its warning aside.
    const isOwnName = (host: string) => isProxy || isLocal(host) || isCertified(host);
    return { allowed, isOwnName, isEncrypted: !isProxy };
  };
}
