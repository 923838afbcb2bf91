/** The gateway's connections to the server. */
import { connect, Socket } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import { encodeProxyHeader } from '../shared/proxy-protocol.ts';
import { LIMITS } from '../shared/limits.ts';
import { GATEWAY_LIMITS } from './limits.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Gets the number of bytes that have just been read into the shared buffer; they are gone after the call. */
export type ReadListener = (byteCount: number) => void;

/**
 * A connection to the server that reads into a buffer which all connections share: an idle one holds no
 * buffer, and a busy one makes no garbage. `peer` is what listeners, which are shared functions too, find
 * their way by.
 */
export class UpstreamSocket<Peer> extends Socket {
  readonly peer: Peer;

  constructor(peer: Peer, sharedBuffer: Buffer, onRead: ReadListener) {
    const options = {
      // The server's end must not end our side before what the browser sent has been written.
      allowHalfOpen: true,
      writableHighWaterMark: GATEWAY_LIMITS.serverBacklogBytesMax,
      onread: {
        buffer: sharedBuffer,
        callback(byteCount: number) {
          onRead(byteCount);
          return true;
        },
      },
    };
    super(options);
    this.peer = peer;
    // Without it, Nagle's algorithm and delayed acknowledgements hold small lines back for some 40 ms.
    this.setNoDelay(true);
    setKeepAlive(this);
  }
}

export function setKeepAlive(socket: Socket): void {
  const { keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes } = LIMITS;
  socket.setKeepAlive(true, keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes);
}

/**
 * Whether the server's port accepts. The probe introduces itself by a LOCAL header, so that the server knows
 * it for a proxy's own connection.
 */
export function probeServer(server: ServerAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.host, port: server.port });
    const finish = (isAccepted: boolean): void => {
      resolve(isAccepted);
      socket.destroySoon();
    };
    socket.setTimeout(GATEWAY_LIMITS.readinessProbeMs);
    socket.on('connect', () => {
      socket.write(encodeProxyHeader());
      finish(true);
    });
    socket.on('timeout', () => {
      resolve(false);
      socket.destroy();
    });
    socket.on('error', () => finish(false));
  });
}

/** Asks the server at most once in `readinessCacheMs`, however many ask here. */
export function createReachability(server: ServerAddress, clock: Clock): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => {
    if (answer) return answer;
    const asked = probeServer(server);
    answer = asked;
    void asked.then(() => clock.after(GATEWAY_LIMITS.readinessCacheMs, () => (answer = undefined)));
    return asked;
  };
}
