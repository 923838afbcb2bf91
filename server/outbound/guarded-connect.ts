/**
 * Opens the connections of requests outwards. The name is resolved here, its addresses are checked, and the
 * socket gets these very addresses: there is no second look-up whose answer could be another one.
 */
import { isIP, isIPv6 } from 'node:net';
import { buildConnector } from 'undici';
import { OutboundError } from './outbound-error.ts';
import type { OutboundTarget } from './outbound-target.ts';
import { isPublicAddress } from './public-address.ts';
import type { ResolveName } from './resolve-name.ts';

export const CONNECT_LIMITS = {
  connectMs: 5_000,
  /** Of a name; the others are not tried. */
  addressesMax: 8,
} as const;

/** Connects to one of `addresses`, none of which needs to be resolved. */
export type Dial = (
  addresses: readonly string[],
  options: buildConnector.Options,
  callback: buildConnector.Callback,
) => void;

export interface ConnectParts {
  readonly resolve: ResolveName;
  readonly dial: Dial;
  readonly signal: AbortSignal;
}

export function guardedConnect(target: OutboundTarget, parts: ConnectParts): buildConnector.connector {
  return (options, callback) => void connect(target, parts, { options, callback });
}

interface Asked {
  readonly options: buildConnector.Options;
  readonly callback: buildConnector.Callback;
}

async function connect(target: OutboundTarget, parts: ConnectParts, { options, callback }: Asked) {
  try {
    parts.dial(await checkedAddresses(target, parts), options, callback);
  } catch (error) {
    callback(error as Error, null);
  }
}

/** The system tries one address after the other, both families in turn (RFC 8305). */
export const dialAddresses: Dial = (addresses, options, callback) => {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const [first] = found;
  const open = buildConnector({
    timeout: CONNECT_LIMITS.connectMs,
    allowH2: false,
    autoSelectFamily: true,
    // Never called for a host that is an address itself.
    lookup: (_hostname, { all }, answer) => {
      if (all) answer(null, found);
      else answer(null, first?.address ?? '', first?.family);
    },
  });
  open(options, callback);
};

/** One address that is not public condemns the name: no honest name mixes the two. */
async function checkedAddresses(target: OutboundTarget, parts: ConnectParts): Promise<readonly string[]> {
  const { hostname, isAllowed } = target;
  if (isIP(hostname) !== 0) return [hostname];
  const addresses = await parts.resolve({ hostname, isAllowed, signal: parts.signal }).catch((error) => {
    throw new OutboundError('address', 'The name cannot be resolved', error);
  });
  if (addresses.length === 0) throw new OutboundError('address', 'There is no such name');
  if (!isAllowed && !addresses.every(isPublicAddress)) {
    throw new OutboundError('address', 'The name leads to an address that is not public');
  }
  return addresses.slice(0, CONNECT_LIMITS.addressesMax);
}
