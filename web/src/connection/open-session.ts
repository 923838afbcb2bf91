/** The page's session: over the browser's WebSocket, with what the browser knows of its network. */
import type { Clock } from '../../../shared/clock.ts';
import { reconnectDelayMs } from '../../../shared/client/backoff.ts';
import { HEARTBEAT } from '../../../shared/client/heartbeat.ts';
import { ResumableSession } from '../../../shared/client/resumable-session.ts';
import type { ConnectionEvents, SessionOptions } from '../../../shared/client/session-contract.ts';
import { overWebSocket } from '../../../shared/client/web-socket-transport.ts';

export interface PageSessionOptions extends Pick<
  SessionOptions,
  'client' | 'locale' | 'guest' | 'newId' | 'resumption'
> {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** The address of the page's root; the socket's address is derived from it. */
  readonly root: URL;
  /** Reports that the browser has lost its network. */
  readonly network: Pick<EventTarget, 'addEventListener'>;
}

export function openSession(options: PageSessionOptions, events: ConnectionEvents): ResumableSession {
  const { root, network, random } = options;
  const session = new ResumableSession(
    {
      ...options,
      open: (transportEvents) => overWebSocket(new WebSocket(socketAddress(root)), transportEvents),
      reconnectDelayMs: (attempt, askedMs) => reconnectDelayMs(attempt, askedMs, random),
      heartbeat: HEARTBEAT,
    },
    events,
  );
  // A lost network closes no socket by itself.
  network.addEventListener('offline', () => session.suspect());
  return session;
}

function socketAddress(root: URL): URL {
  const address = new URL('ws', root);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}
