/** A TCP server with the options that lines need; a failure to accept does not end the process. */
import { createServer, type Server, type Socket } from 'node:net';

export interface LineServerEvents {
  readonly onSocket: (socket: Socket) => void;
  /** A connection could not be accepted (EMFILE, ENFILE, ENOMEM). Failures to listen come to `listen`. */
  readonly onAcceptFailed: (error: Error) => void;
}

export function createLineServer({ onSocket, onAcceptFailed }: LineServerEvents): Server {
  // allowHalfOpen: a client that has finished sending still gets its answer. [P-5]
  // noDelay: small writes would wait for the peer's delayed acknowledgement, about 40 ms.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onSocket);
  server.on('listening', () => server.on('error', onAcceptFailed));
  return server;
}
