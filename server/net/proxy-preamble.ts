/** The PROXY header before a TLS handshake, from a load balancer that passes TLS on as it comes. [P-15] */
import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { ProxyHeaderParser } from '../../shared/proxy-protocol.ts';

export interface PreambleOptions {
  readonly clock: Clock;
  readonly proxyHeaderMs: number;
  /** What came after the header can be read from the socket. `address` is the client's. */
  readonly onRead: (address: string) => void;
  /** There was no valid header in time; the socket is destroyed. */
  readonly onFailed: () => void;
}

export function readProxyHeader(socket: Socket, options: PreambleOptions): void {
  const parser = new ProxyHeaderParser();
  const proxyAddress = socket.remoteAddress ?? '';
  const stopTimer = options.clock.after(options.proxyHeaderMs, fail);
  socket.on('error', () => socket.destroy());
  socket.on('data', received).on('end', fail).on('close', fail);

  function received(chunk: Buffer): void {
    const parse = parser.push(chunk);
    if (parse.type === 'more') return;
    if (parse.type === 'fault') return fail();
    stop();
    socket.pause();
    if (parse.rest.length > 0) socket.unshift(parse.rest);
    options.onRead(parse.source?.address ?? proxyAddress);
  }

  function fail(): void {
    stop();
    socket.destroy();
    options.onFailed();
  }

  function stop(): void {
    stopTimer();
    socket.off('data', received).off('end', fail).off('close', fail);
  }
}
