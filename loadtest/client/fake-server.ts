/**
 * A small server that answers correctly, or wrongly in one way: it shows that the load test would notice.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { lineReader } from './line-reader.ts';

export const LIES = [
  'none',
  /** Gives an answer of another client. */
  'foreign_answer',
  'lost_delta',
  'repeated_delta',
  'skipped_seq',
  'repeated_seq',
  'foreign_trace',
  'answer_twice',
  'no_answer_and_close',
] as const;
export type Lie = (typeof LIES)[number];

/** Lies about one answer in so many, so that a test must look at all of them. */
const LIE_EVERY = 3;

export interface FakeServer {
  readonly port: number;
  close(): void;
}

export async function startFakeServer(lie: Lie): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const world: World = { sessions: 0, answers: 0, lastText: '', lie };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, world);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

interface World {
  sessions: number;
  answers: number;
  lastText: string;
  readonly lie: Lie;
}

interface Session {
  readonly name: string;
  seq: number;
  messages: number;
}

function serve(socket: Socket, world: World): void {
  world.sessions += 1;
  const session: Session = { name: `Usuario-${world.sessions}`, seq: 0, messages: 0 };
  const read = lineReader((line) => {
    const { id, method, params } = JSON.parse(line) as {
      id: number;
      method: string;
      params: { text: string };
    };
    if (method === 'session.hello') {
      const result = { session: session.name, resumeToken: 't', epoch: 'e', seq: 0, locale: 'en' };
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
    } else if (method === 'chat.send') {
      answer(socket, world, session, id, params.text);
    }
  });
  socket.setEncoding('utf8').on('data', (chunk) => read(String(chunk)));
}

function answer(socket: Socket, world: World, session: Session, requestId: number, asked: string): void {
  world.answers += 1;
  session.messages += 1;
  const lie: Lie = world.answers % LIE_EVERY === 0 ? world.lie : 'none';
  const text = `echo: ${lie === 'foreign_answer' ? world.lastText : asked}`;
  world.lastText = asked;
  const owner = lie === 'foreign_trace' ? 'Usuario-999' : session.name;
  const trace = `${owner}:m${session.messages}`;
  const notify = (method: string, params: object) => {
    const numbered = { ...params, requestId, seq: nextSeq(session, lie) };
    socket.write(`${JSON.stringify({ jsonrpc: '2.0', method, params: numbered })}\n`);
  };
  notify('chat.started', { trace, model: 'fake', degraded: false });
  const half = Math.floor(text.length / 2);
  if (lie === 'no_answer_and_close') return void socket.destroy();
  notify('chat.delta', { text: text.slice(0, half) });
  if (lie !== 'lost_delta') notify('chat.delta', { text: text.slice(half) });
  if (lie === 'repeated_delta') notify('chat.delta', { text: text.slice(half) });
  const times = lie === 'answer_twice' ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    const result = { text, trace, seq: (session.seq += 1) };
    socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: requestId, result })}\n`);
  }
  return undefined;
}

function nextSeq(session: Session, lie: Lie): number {
  session.seq += lie === 'skipped_seq' ? 2 : lie === 'repeated_seq' ? 0 : 1;
  return session.seq;
}
