/** The settings of requests outwards: which ports are open, and which private hosts. */
import { z } from 'zod';
import { integer, list } from '../../shared/environment.ts';

export interface AllowedHostSetting {
  /** As URLs have it: in lower case, IPv6 addresses without brackets. */
  readonly hostname: string;
  /** Undefined: on all ports of `OUTBOUND_PORTS`. */
  readonly port: number | undefined;
}

/** TCP ports, such as `80,443`. */
export function portList() {
  return list(integer(1, 65_535));
}

/** `wiki.internal,10.0.0.7:8080,[fd00::7]:8080` */
export function allowedHosts() {
  return list(allowedHost());
}

function allowedHost() {
  return z.string().transform((text, context): AllowedHostSetting => {
    const [, host = '', portText] = /^(\[[\da-fA-F:.]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/u.exec(text) ?? [];
    const hostname = URL.parse(`http://${host}/`)?.hostname.replace(/^\[|\]$/gu, '') ?? '';
    const port = portText === undefined ? undefined : Number(portText);
    const isPort = port === undefined || (port >= 1 && port <= 65_535);
    if (host !== '' && hostname !== '' && isPort) return { hostname, port };
    const message = 'hosts such as wiki.internal, 10.0.0.7:8080 or [fd00::7]:8080, with commas between them';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}
