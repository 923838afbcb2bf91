/** What a server counts for Prometheus, as far as the load test asks for it. */
import type { Endpoint } from '../client/create-client.ts';

const CLOSES = /^hilo_connections_closed_total\{reason="(\w+)"\} (\d+)/gm;

/** Ended connections by reason, since the server began. Throws when the page is not there. */
export async function closesByReason({ host, port }: Endpoint): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://${host}:${port}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  return new Map([...text.matchAll(CLOSES)].map(([, reason = '', count]) => [reason, Number(count)]));
}
