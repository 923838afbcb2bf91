/** The gateway's connections to the server. */
import { Socket } from 'node:net';
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
