/** A JSON-RPC client through the gateway: one WebSocket message is one line. */
import { WebSocket } from 'ws';
import { ClientError, type ClientHooks } from './chat-client.ts';
import { JsonRpcClient } from './json-rpc-client.ts';
import type { LineEvents, LineTransport, OpenTransport, Target } from './line-transport.ts';

export function websocketClient(target: Target, hooks: ClientHooks): JsonRpcClient {
  return new JsonRpcClient(websocketTransport(target), hooks);
}

export function websocketTransport(target: Target): OpenTransport {
  return (events) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${target.host}:${target.port}/ws`, {
        perMessageDeflate: false,
        handshakeTimeout: target.connectTimeoutMs,
        ...(target.localAddress ? { localAddress: target.localAddress } : {}),
      });
      let open = false;
      socket.once('open', () => {
        open = true;
        resolve(transportOf(socket));
      });
      socket.on('error', (error) => {
        if (!open) reject(new ClientError('connect_failed', error.message));
      });
      listen(socket, events, () => open);
    });
}

function listen(socket: WebSocket, events: LineEvents, isOpen: () => boolean): void {
  socket.on('message', (data) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data;
    events.line(Buffer.isBuffer(bytes) ? bytes.toString('utf8') : Buffer.from(bytes).toString('utf8'));
  });
  socket.once('close', (_code, reason) => {
    if (isOpen()) events.closed(reason.toString('utf8'));
  });
}

function transportOf(socket: WebSocket): LineTransport {
  return {
    send(line) {
      if (socket.readyState === WebSocket.OPEN) socket.send(line);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}
