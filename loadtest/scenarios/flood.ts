/**
 * Floods: commands, messages and rubbish, each as fast as the server takes them. It must stop reading them,
 * refuse or close them with a reason, and go on serving everyone else.
 */
import { connect, type Socket } from 'node:net';
import { parseMessage } from '../../shared/client/message.ts';
import { localAddressOf } from '../client/create-client.ts';
import { lineReader } from '../client/line-reader.ts';
import { Probe } from './probe.ts';
import type { Run } from './run.ts';

const KINDS = ['commands', 'messages', 'rubbish'] as const;
type Kind = (typeof KINDS)[number];

const LINES_EACH_WRITE = 50;
/** Longer than any line may be. */
const OVERLONG_BYTES = 100_000;

export async function flood(run: Run): Promise<void> {
  const probe = new Probe(run);
  await probe.alone();
  run.recorder.begin();
  run.stage('flooding', run.options.seconds);
  const floods = Array.from({ length: run.options.clients }, (_, index) => floodOne(run, index));
  await probe.during(Promise.all([run.tick(run.options.seconds), ...floods]));
}

/** Writes whenever the socket takes more; never keeps more than one block waiting here. */
async function floodOne(run: Run, index: number): Promise<void> {
  const kind = KINDS[index % KINDS.length] ?? 'commands';
  const { host, port } = run.targets.server;
  const localAddress = localAddressOf(host, index);
  const socket = connect({ host, port, noDelay: true, ...(localAddress ? { localAddress } : {}) });
  const state = { sent: 0, ended: false };
  let lastWord = '';
  const read = lineReader((line) => {
    lastWord = countReply(run, line) ?? lastWord;
  });
  socket.setEncoding('utf8').on('data', (chunk) => read(String(chunk)));
  socket.on('connect', () => pour(run, socket, kind, state));
  socket.on('drain', () => pour(run, socket, kind, state));
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      if (!state.ended) run.recorder.count(`flooders (${kind}) closed: ${lastWord || 'no reason read'}`);
      resolve();
    });
  });
  await Promise.race([closed, run.wait(run.options.seconds * 1_000)]);
  state.ended = true;
  run.recorder.count(`lines taken (${kind})`, state.sent);
  socket.destroy();
  await closed;
}

function pour(run: Run, socket: Socket, kind: Kind, state: { sent: number; ended: boolean }): void {
  while (!state.ended && !run.stopped && socket.writable) {
    let block = '';
    for (let line = 0; line < LINES_EACH_WRITE; line += 1) block += lineOf(kind, ++state.sent);
    if (!socket.write(block)) return;
  }
}

function lineOf(kind: Kind, id: number): string {
  if (kind === 'commands') return `{"jsonrpc":"2.0","id":${id},"method":"server.ping","params":{}}\n`;
  if (kind === 'messages') {
    return `{"jsonrpc":"2.0","id":${id},"method":"chat.send","params":{"text":"flood ${id}"}}\n`;
  }
  return id % LINES_EACH_WRITE === 0 ? `{${'x'.repeat(OVERLONG_BYTES)}\n` : '{"jsonrpc":"2.0","id":\n';
}

/** Returns the key when the line says that the connection ends. */
function countReply(run: Run, line: string): string | undefined {
  const message = parseMessage(line);
  if (message?.type === 'response') {
    if (message.outcome.ok) run.recorder.count('flood answers');
    else run.recorder.error(message.outcome.failure.reason);
  }
  if (message?.type !== 'closing' && message?.type !== 'stray') return undefined;
  run.recorder.error(message.failure.reason);
  return message.failure.reason;
}
