/**
 * The floor of what a server can do that keeps each line before it answers: a row in SQLite, and two files
 * that are synced one after the other, for all lines of a moment together. Says its port, then serves.
 */
import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lineReader } from '../client/line-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'hilo-bench-echo-'));
const database = new DatabaseSync(join(folder, 'lines.sqlite'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
database.exec('CREATE TABLE lines (number INTEGER PRIMARY KEY, line TEXT)');
const insert = database.prepare('INSERT INTO lines (line) VALUES (?)');
const [log, head] = [openSync(join(folder, 'log'), 'a'), openSync(join(folder, 'head'), 'w')];
let waiting: { readonly socket: Socket; readonly line: string }[] = [];

const server = createServer({ noDelay: true }, (socket) => {
  const read = lineReader((line) => {
    if (waiting.push({ socket, line }) === 1) setImmediate(keepAll);
  });
  socket.setEncoding('utf8').on('data', (chunk) => read(String(chunk)));
  socket.on('error', () => socket.destroy());
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function keepAll(): void {
  const taken = waiting;
  waiting = [];
  database.exec('BEGIN');
  for (const { line } of taken) insert.run(line);
  database.exec('COMMIT');
  const text = taken.map(({ line }) => `${line}\n`).join('');
  writeSync(log, text);
  fdatasyncSync(log);
  writeSync(head, String(text.length).padEnd(512), 0);
  fdatasyncSync(head);
  for (const { socket, line } of taken) socket.write(`${line}\n`);
}
