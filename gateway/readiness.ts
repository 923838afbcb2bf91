/**
 * Whether a message sent now would be accepted: the server is asked as a client would ask, since a port
 * that accepts may still belong to a server that is full, is ending, or cannot write its ledger.
 */
import { Client, ClientError } from '../shared/client/client.ts';
import { Connection } from '../shared/client/connection.ts';

import { openTcp } from '../shared/client/tcp-transport.ts';
import type { OpenTransport } from '../shared/client/transport.ts';
import type { Clock } from '../shared/clock.ts';
import { errorText, isKnownError } from '../shared/errors.ts';
import type { Localised } from '../shared/locale.ts';
import { encodeLocalHeader } from '../shared/proxy-protocol.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { TEXTS } from './texts.ts';
import type { ServerAddress } from './upstream.ts';

/** Why the server is not ready; undefined when it is. */
export type Readiness = Localised | undefined;

/** Asks the server at most once in `readinessCacheMs`, however many ask here. */
export function createReadiness(server: ServerAddress, clock: Clock): () => Promise<Readiness> {
  const open: OpenTransport = (events) =>
    openTcp(
      {
        host: server.host,
        port: server.port,
        tls: server.tls,
        // It tells the server that the connection is the gateway's own.
        preamble: encodeLocalHeader(),
        lineBytesMax: GATEWAY_LIMITS.readinessLineBytesMax,
      },
      events,
    );
  let answer: Promise<Readiness> | undefined;
  return () => {
    if (answer) return answer;
    const asked = askServer(open, clock);
    answer = asked;
    void asked.then(() => clock.after(GATEWAY_LIMITS.readinessCacheMs, () => (answer = undefined)));
    return asked;
  };
}

async function askServer(open: OpenTransport, clock: Clock): Promise<Readiness> {
  const connection = new Connection(open, { clock, strict: true });
  // For the whole question: a trickle of bytes must not prolong it.
  const options = { timeoutMs: GATEWAY_LIMITS.readinessProbeMs };
  try {
    const { accepting } = await new Client(connection).call('server.stats', {}, options);
    return (accepting as unknown) === true ? undefined : TEXTS.server_not_accepting;
  } catch (error) {
    return whyNot(error);
  } finally {
    connection.close();
  }
}

function whyNot(error: unknown): Localised {
  if (!(error instanceof ClientError) || !isKnownError(error.key)) return TEXTS.server_unreachable;
  const { key, values } = error;
  return { en: errorText(key, 'en', values), es: errorText(key, 'es', values) };
}
