/** A server that answers anything with the same bytes, in the place of a model server. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** Gives back its URL. `end`: what happens to the socket after the bytes. */
export async function serveRaw(
  t: TestContext,
  bytes: string,
  end: 'open' | 'end' | 'reset' = 'open',
): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      if (end === 'end') socket.end(bytes);
      else socket.write(bytes, () => end === 'reset' && socket.resetAndDestroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A whole HTTP response. `missingBytes`: by how much the body is shorter than its head says. */
export function httpResponse(type: string, body: string, missingBytes = 0): string {
  const length = Buffer.byteLength(body) + missingBytes;
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}
