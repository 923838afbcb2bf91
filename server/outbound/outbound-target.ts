/** What may be asked for at all: the checks of a URL that need no network. */
import { isIP } from 'node:net';
import { OutboundError } from './outbound-error.ts';
import { isPublicAddress } from './public-address.ts';

/** A host that the operator opens although its addresses are not public. */
export interface AllowedHost {
  /** As URLs have it: in lower case, IPv6 addresses without brackets. */
  readonly hostname: string;
  /** Undefined: on the ports that are open everywhere. */
  readonly port: number | undefined;
}

export interface OutboundRules {
  readonly ports: readonly number[];
  readonly allowed: readonly AllowedHost[];
}

export interface OutboundTarget {
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
  /** The operator answers for its addresses; nobody checks them. */
  readonly isAllowed: boolean;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export const URL_CHARACTERS_MAX = 4_096;

/**
 * The URL parser has turned every way of writing an IPv4 address (decimal, octal, hexadecimal, full-width
 * digits) into the usual one. Throws `OutboundError`. The addresses of a name are checked when it is
 * connected to, since only then they are known.
 */
export function outboundTarget(text: string, rules: OutboundRules, base?: URL): OutboundTarget {
  const url = text.length <= URL_CHARACTERS_MAX ? URL.parse(text, base?.href) : null;
  const defaultPort = DEFAULT_PORTS[url?.protocol ?? ''];
  if (!url || defaultPort === undefined) throw new OutboundError('url', 'Not an http or https URL');
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('url', 'A user or password in the URL');
  }
  const port = url.port === '' ? defaultPort : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/gu, '');
  const isOpen = rules.ports.includes(port);
  const isAllowed = rules.allowed.some((one) => {
    return one.hostname === hostname && (one.port === undefined ? isOpen : one.port === port);
  });
  if (!isOpen && !isAllowed) throw new OutboundError('port', `Port ${port} is not open`);
  if (!isAllowed && isIP(hostname) !== 0 && !isPublicAddress(hostname)) {
    throw new OutboundError('address', 'An address that is not public');
  }
  return { url, hostname, port, isAllowed };
}
