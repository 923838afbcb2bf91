/** The gateway's connections to the server. */
import { Socket, type SocketConstructorOpts } from 'node:net';
import { connect } from 'node:tls';
import { LIMITS } from '../shared/limits.ts';
import { tlsClientOptions, type TlsTarget } from '../shared/tls/tls-client.ts';
import { GATEWAY_LIMITS } from './limits.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Undefined: lines without TLS. */
  readonly tls?: TlsTarget | undefined;
}

/** Gets the number of bytes that have just been read into the shared buffer; they are gone after the call. */
export type ReadListener = (byteCount: number) => void;

/**
 * A connection to the server that reads into a buffer which all connections share: an idle one holds no
 * buffer, and a busy one makes no garbage. `peer` is what listeners, which are shared functions too, find
 * their way by.
 */
export type UpstreamSocket<Peer> = Socket & { readonly peer: Peer };

/** `onConnected` is called once lines can flow; what is written before that waits. */
export function connectToServer<Peer>(
  server: ServerAddress,
  peer: Peer,
  sharedBuffer: Buffer,
  on: { readonly read: ReadListener; readonly connected: (this: UpstreamSocket<Peer>) => void },
): UpstreamSocket<Peer> {
  const { host, port, tls } = server;
  const onread = {
    buffer: sharedBuffer,
    callback(byteCount: number) {
      on.read(byteCount);
      return true;
    },
  };
  // allowHalfOpen: the server's end must not end our side before what the browser sent has been written.
  if (!tls) return new PlainSocket(peer, { allowHalfOpen: true, onread }).to(port, host, on.connected);
  const options = { allowHalfOpen: true, onread, highWaterMark: GATEWAY_LIMITS.serverBacklogBytesMax };
  const socket = connect({ host, port, ...options, ...tlsClientOptions(tls) });
  // The TCP connection below has no options before it is there.
  socket.once('connect', () => prepare(socket));
  return Object.assign(socket, { peer }).once('secureConnect', on.connected);
}

class PlainSocket<Peer> extends Socket {
  readonly peer: Peer;

  constructor(peer: Peer, options: SocketConstructorOpts) {
    super({
      ...options,
      writableHighWaterMark: GATEWAY_LIMITS.serverBacklogBytesMax,
    } as SocketConstructorOpts);
    this.peer = peer;
    prepare(this);
  }

  to(port: number, host: string, onConnected: (this: UpstreamSocket<Peer>) => void): this {
    this.once('connect', onConnected);
    return this.connect(port, host);
  }
}

/** Without noDelay, Nagle's algorithm and delayed acknowledgements hold small lines back for some 40 ms. */
function prepare(socket: Socket): void {
  socket.setNoDelay(true);
  setKeepAlive(socket);
}

export function setKeepAlive(socket: Socket): void {
  const { keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes } = LIMITS;
  socket.setKeepAlive(true, keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes);
}
