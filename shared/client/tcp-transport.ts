/** Lines over TCP. For Node only: nothing that the page runs may import this file. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LineSplitter } from '../line-splitter.ts';
import { tlsClientOptions, type TlsTarget } from '../tls/tls-client.ts';
import type { PausableTransport, TransportEvents } from './transport.ts';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** For many clients, use several local addresses: each has about 28,000 ports. */
  readonly localAddress?: string | undefined;
  /** Zero or absent: wait as long as the operating system tries. */
  readonly connectTimeoutMs?: number;
  /** Written before the first line, such as a PROXY protocol header. */
  readonly preamble?: Buffer;
  readonly lineBytesMax?: number;
  /** Over TLS; what the certificate must be is said here. */
  readonly tls?: TlsTarget | undefined;
}

/** The longest line that the server sends is a page of a statement with its receipts. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

export function openTcp(target: TcpTarget, events: TransportEvents): PausableTransport {
  const { host, port, localAddress, connectTimeoutMs = 0, preamble, tls } = target;
  // Nagle's algorithm and delayed acknowledgements would delay small lines by about 40 ms.
  const where = { host, port, noDelay: true, ...(localAddress ? { localAddress } : {}) };
  const socket = tls ? connectTls({ ...where, ...tlsClientOptions(tls) }) : connect(where);
  const lines = new LineSplitter(target.lineBytesMax ?? LINE_BYTES_MAX);
  let error: Error | undefined;
  socket.setTimeout(connectTimeoutMs, () =>
    socket.destroy(new Error(`No connection within ${connectTimeoutMs} ms`)),
  );
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    socket.setTimeout(0);
    if (preamble) socket.write(preamble);
    events.opened();
  });
  socket.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    for (let event = lines.next(); event && !socket.destroyed; event = lines.next()) {
      if (event.type === 'line') events.line(event.text);
      else socket.destroy(new Error(`The server sent a line that cannot be read: ${event.type}`));
    }
  });
  socket.on('error', (reason) => {
    error = reason;
  });
  socket.once('close', () => events.closed(error ? { error } : {}));
  return {
    send(line) {
      if (socket.writable) socket.write(`${line}\n`);
    },
    close: () => void socket.end(),
    abort: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}
