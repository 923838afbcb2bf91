/** The addresses of a name. */
import { lookup, Resolver } from 'node:dns/promises';

export interface NameQuery {
  readonly hostname: string;
  /** Named by the operator: it may stand in the hosts file, or be known to the local network alone. */
  readonly isAllowed: boolean;
  readonly signal: AbortSignal;
}

/** Rejects, or gives an empty list, when there is no such name. */
export type ResolveName = (query: NameQuery) => Promise<readonly string[]>;

const QUERY = { timeout: 2_000, tries: 2 } as const;

/**
 * Names that strangers choose are asked for by DNS queries of our own, not by the system's `getaddrinfo`: it
 * holds one of the few threads that also write our files for as long as a name server keeps silent.
 */
export const resolveName: ResolveName = ({ hostname, isAllowed, signal }) => {
  return isAllowed ? systemAddresses(hostname) : queriedAddresses(new Resolver(QUERY), hostname, signal);
};

/** IPv4 comes first: it works on more machines. */
export async function queriedAddresses(
  resolver: Resolver,
  hostname: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const asked = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
    const answers = await Promise.allSettled(asked);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function systemAddresses(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}
