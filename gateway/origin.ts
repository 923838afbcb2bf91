import { addressBytes, isAddress } from '../shared/ip-address.ts';

const IPV6_LOOPBACK = addressBytes('::1') ?? Buffer.alloc(16);

export interface OriginRules {
  /** Pages of these origins may connect besides the own page. */
  readonly allowed: readonly string[];
  /** Whether a name in the Host header is one of this gateway's. */
  readonly isOwnName: (host: string) => boolean;
  /** The request came over HTTPS to this gateway itself, so its page must have, too. */
  readonly isEncrypted?: boolean;
}

/**
 * [G-3] in docs/protocol.md.
 * Whether a page may open a WebSocket here (RFC 6455 §10.2). Browsers always send Origin; without it the
 * client is a program, which no page of another site can steer. Allowed are the origins of the list, exactly,
 * and the own page: its origin has the host and port that the request was addressed to, and that host is a
 * name of this gateway. Any other name that leads here may belong to the page of another site, which pointed
 * it here after the page was loaded (DNS rebinding). All names of a machine for itself count as one:
 * `localhost` and `127.0.0.1`.
 */
export function isOriginAllowed(
  origin: string | undefined,
  hostHeader: string | undefined,
  { allowed, isOwnName, isEncrypted = false }: OriginRules,
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  const page = URL.parse(origin);
  if (!page || page.origin !== origin || hostHeader === undefined) return false;
  // Anybody on the way can write a page that comes without encryption.
  if (isEncrypted && page.protocol !== 'https:') return false;
  // Read with the page's scheme, so that a default port may be written or left out.
  const target = URL.parse(`${page.protocol}//${hostHeader}`);
  if (target === null || /[/?#@\\]/.test(hostHeader)) return false;
  const areLoopback = isLoopback(page.hostname) && isLoopback(target.hostname) && page.port === target.port;
  return (target.origin === page.origin || areLoopback) && isOwnName(target.hostname);
}

/** A machine's own name or address for itself (RFC 6761 §6.3, RFC 6890 §2.2.2, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  const name = nameOf(host);
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const bytes = addressBytes(name);
  return bytes?.length === 4 ? bytes[0] === 127 : bytes?.equals(IPV6_LOOPBACK) === true;
}

/**
 * A name that another site cannot have pointed at this machine: an address, a name without a dot (of the
 * local network, or of another container), or the machine's own name.
 */
export function isLocalName(host: string, machineName: string): boolean {
  const name = nameOf(host);
  const machine = machineName.toLowerCase();
  if (isLoopback(name) || isAddress(name) || !name.includes('.')) return true;
  return name === machine || name === `${machine.split('.')[0]}.local`;
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}
