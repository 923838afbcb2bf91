import type { Socket, SocketListener } from './rpc-contract.ts';

/** The browser's WebSocket in the shape that the connection drives. */
export function openWebSocket(page: URL, listener: SocketListener): Socket {
  const address = new URL(page);
  address.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.addEventListener('open', () => listener.opened());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') listener.received(data);
  });
  socket.addEventListener('close', ({ code, reason }) => listener.closed(code, reason));
  return {
    send: (line) => socket.send(line),
    close: () => socket.close(),
  };
}
