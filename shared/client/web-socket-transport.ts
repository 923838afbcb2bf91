/** Lines over a WebSocket: one message is one line. Works with a browser's WebSocket and with `ws`. */
import type { Transport, TransportEvents } from './transport.ts';

/** What a browser's WebSocket and that of `ws` have in common. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
  /** Only `ws` can end a connection without a handshake. */
  terminate?(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message?: string }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

const OPEN = 1;
const NORMAL_CLOSURE = 1000;

export function overWebSocket(socket: WebSocketLike, events: TransportEvents): Transport {
  let fault: string | undefined;
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') events.line(data);
  });
  // The `close` event follows; a browser does not report what was wrong.
  socket.addEventListener('error', ({ message }) => {
    fault = message;
  });
  socket.addEventListener('close', ({ code, reason }) => {
    events.closed({ code, reason, ...(fault ? { error: new Error(fault) } : {}) });
  });
  return {
    send(line) {
      if (socket.readyState === OPEN) socket.send(line);
    },
    close: () => socket.close(NORMAL_CLOSURE),
    abort: () => (socket.terminate ? socket.terminate() : socket.close()),
  };
}
