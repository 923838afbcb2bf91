/** Which pages may talk to this gateway. [G-3] */
import type { GatewayConfig } from './config.ts';
import { isLocalName, isLoopback, type OriginRules } from './origin.ts';

/** The rules for a connection whose other end has this address. */
export type OriginRulesFor = (peerAddress: string | undefined) => OriginRules;

export function originRules(
  config: Pick<GatewayConfig, 'ALLOWED_ORIGINS' | 'GATEWAY_HOST' | 'TRUSTED_PROXIES'>,
  machineName: string,
): OriginRulesFor {
  const isOwn = isLoopback(config.GATEWAY_HOST)
    ? isLoopback
    : (host: string) => isLocalName(host, machineName);
  return (peerAddress) => ({
    allowed: config.ALLOWED_ORIGINS,
    // A trusted proxy has already selected requests by name.
    isOwnName: config.TRUSTED_PROXIES.has(peerAddress ?? '') ? () => true : isOwn,
  });
}
