/**
 * The floor of what a line server can do here: bare node:net, each line sent back. Says its port, then
 * serves.
 */
import { createServer, type AddressInfo } from 'node:net';
import { lineReader } from '../client/line-reader.ts';

const server = createServer({ noDelay: true }, (socket) => {
  const read = lineReader((line) => socket.write(`${line}\n`));
  socket.setEncoding('utf8').on('data', (chunk) => read(String(chunk)));
  socket.on('error', () => socket.destroy());
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
