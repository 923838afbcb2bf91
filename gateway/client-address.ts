/** Whose connection it is: the peer itself, or the client that trusted proxies name in X-Forwarded-For. */
import { isAddress, type AddressRanges } from '../shared/ip-address.ts';
import type { ProxyEndpoint } from '../shared/proxy-protocol.ts';

/**
 * Walks from the peer leftwards through the header, as long as the address at hand is a trusted proxy: only
 * what trusted proxies wrote counts, so nobody can choose an address by sending the header. An entry that is
 * not an address ends the walk at the proxy that passed it on.
 */
export function clientEndpoint(
  peer: ProxyEndpoint,
  forwardedFor: string | undefined,
  trustedProxies: AddressRanges,
): ProxyEndpoint {
  let client = peer;
  const entries = forwardedFor?.split(',') ?? [];
  while (entries.length > 0 && trustedProxies.has(client.address)) {
    const entry = parseEntry((entries.pop() ?? '').trim());
    if (!entry) break;
    client = entry;
  }
  return client;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; port 0 when there is none. */
function parseEntry(text: string): ProxyEndpoint | undefined {
  if (isAddress(text)) return { address: text, port: 0 };
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? 0);
  return isAddress(address) && port <= 65_535 ? { address, port } : undefined;
}
