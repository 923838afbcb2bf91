/** A two-way pipe of lines; TCP and WebSocket are its two forms. */
import { connect } from 'node:net';
import { ClientError } from './chat-client.ts';

export interface LineTransport {
  send(line: string): void;
  pause(): void;
  resume(): void;
  /** Ends politely. */
  end(): void;
  /** Cuts the connection off, as a broken network does. */
  destroy(): void;
}

export interface LineEvents {
  line(line: string): void;
  /** Once, also after `end` and `destroy`. `reason` is what a WebSocket's close frame says, else empty. */
  closed(reason: string): void;
}

export type OpenTransport = (events: LineEvents) => Promise<LineTransport>;

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Many clients need many local addresses: one has about 28,000 ports. */
  readonly localAddress?: string | undefined;
  readonly connectTimeoutMs: number;
}

export function tcpTransport(target: Target): OpenTransport {
  return (events) =>
    new Promise((resolve, reject) => {
      const { host, port, localAddress } = target;
      const socket = connect({ host, port, noDelay: true, ...(localAddress ? { localAddress } : {}) });
      const timer = setTimeout(
        () => socket.destroy(new Error('no connection in time')),
        target.connectTimeoutMs,
      );
      let open = false;
      socket.setEncoding('utf8');
      socket.once('connect', () => {
        open = true;
        clearTimeout(timer);
        resolve({
          send: (line) => void socket.write(`${line}\n`),
          pause: () => void socket.pause(),
          resume: () => void socket.resume(),
          end: () => void socket.end(),
          destroy: () => void socket.destroy(),
        });
      });
      const lines = lineReader((line) => events.line(line));
      socket.on('data', (chunk) => lines(String(chunk)));
      socket.on('error', (error) => {
        if (!open) reject(new ClientError('connect_failed', error.message));
      });
      socket.once('close', () => {
        clearTimeout(timer);
        if (open) events.closed('');
      });
    });
}

/**
 * Cuts a stream of text into lines. The unfinished line is kept as pieces, so that a long one costs no more.
 */
export function lineReader(line: (line: string) => void): (chunk: string) => void {
  let pieces: string[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      pieces.push(chunk.slice(start, end));
      const whole = pieces.length === 1 ? pieces[0] : pieces.join('');
      pieces = [];
      start = end + 1;
      line(whole ?? '');
    }
    if (start < chunk.length) pieces.push(chunk.slice(start));
  };
}
