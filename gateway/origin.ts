import { addressBytes } from '../shared/ip-address.ts';

const IPV6_LOOPBACK = addressBytes('::1') ?? Buffer.alloc(16);

export interface OriginRules {
  /** Empty: pages of the host that was asked. */
  readonly allowed: readonly string[];
  /** The gateway listens where only this machine can connect. */
  readonly isLoopbackOnly: boolean;
}

/**
 * [G-3] in docs/protocol.md.
 * Whether a page may open a WebSocket here (RFC 6455 §10.2). Browsers always send Origin; without it the
 * client is a program, which no foreign page can steer. With a list only its entries may, exactly; without
 * one only pages whose origin has the host and port that the request was addressed to. Where only this
 * machine can connect, that host must be one of its names for itself: any other that leads here may be a
 * foreign page's own, pointed here after the page was loaded (DNS rebinding).
 */
export function isOriginAllowed(
  origin: string | undefined,
  hostHeader: string | undefined,
  { allowed, isLoopbackOnly }: OriginRules,
): boolean {
  if (origin === undefined) return true;
  if (allowed.length > 0) return allowed.includes(origin);
  const page = URL.parse(origin);
  if (!page || page.origin !== origin || hostHeader === undefined) return false;
  // Read with the page's scheme, so that a default port may be written or left out.
  const target = URL.parse(`${page.protocol}//${hostHeader}`);
  if (target === null || target.origin !== page.origin || /[/?#@\\]/.test(hostHeader)) return false;
  return !isLoopbackOnly || isLoopback(target.hostname);
}

/** A machine's own name or address for itself (RFC 6761 §6.3, RFC 6890 §2.2.2, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const bytes = addressBytes(name);
  return bytes?.length === 4 ? bytes[0] === 127 : bytes?.equals(IPV6_LOOPBACK) === true;
}
