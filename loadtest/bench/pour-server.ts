/**
 * A line server that pours: whoever connects gets so many megabytes (first argument) of lines, as fast as the
 * connection takes them. Answers each message of its parent with the bytes poured so far.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';

const BYTES_EACH = Number(process.argv[2]) * 1_048_576;
const LINE = `{"jsonrpc":"2.0","method":"chat.delta","params":{"text":"${'x'.repeat(900)}"}}\n`;
const BLOCK = Buffer.from(LINE.repeat(64));

let poured = 0;
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.resume();
  // The first bytes of a gateway introduce its client; what follows is for us to begin.
  socket.once('data', () => pour(socket, 0));
});
server.listen({ port: 0, host: '127.0.0.1' }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => process.send?.({ poured }));
process.on('disconnect', () => process.exit());

function pour(socket: Socket, sent: number): void {
  let total = sent;
  while (total < BYTES_EACH && !socket.destroyed) {
    total += BLOCK.length;
    poured += BLOCK.length;
    if (socket.write(BLOCK)) continue;
    socket.once('drain', () => pour(socket, total));
    return;
  }
  socket.end();
}
