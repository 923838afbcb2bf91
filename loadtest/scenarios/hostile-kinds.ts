/** Each way of being hostile, and why the server must end it. */
import { targetOf } from '../client/create-client.ts';
import { HostilePeer } from '../client/hostile-peer.ts';
import type { Run } from './run.ts';

export interface HostileKind {
  readonly name: string;
  /** The reason that the server counts. */
  readonly reason: string;
  /** Whether a peer that reads also gets the reason as its final line. */
  readonly isTold: boolean;
  /** Needs limits that only a server started by the run has. */
  readonly needsOwnServer?: true;
  start(run: Run, index: number): Promise<Hostile | undefined>;
}

export interface Hostile {
  /** When it is over for this side too. */
  readonly gone: Promise<unknown>;
  /** Takes in what has come; ends what the server has not ended. */
  release(): void;
  /** Why the server ended it, as far as it could be read. */
  lastWord(): string;
  /** What was wrong with what it got; empty when nothing was. */
  complaint(): string;
}

export const LONG = {
  /** Near the greatest line and message. */
  length: 60_000,
  /**
   * The kernel takes up to some 4 MiB for a peer that never reads, before the server can notice anything: so
   * many answers are more than that.
   */
  answers: 90,
} as const;
const LINES_EACH_WRITE = 50;
/** Sends its message, and disconnects before the answer is complete. */
const RESET_AFTER_MS = 4;
const SILENT = () => undefined;

export const HOSTILE_KINDS: readonly HostileKind[] = [
  {
    name: 'person who never reads',
    reason: 'slow_consumer',
    isTold: true,
    needsOwnServer: true,
    start: raw((peer) => {
      peer.stopReading();
      peer.write(`${'x'.repeat(LONG.length)}\n`.repeat(LONG.answers));
    }),
  },
  {
    name: 'program that never reads',
    reason: 'slow_consumer',
    isTold: true,
    start: (run, index) => neverReading(run, 'json', index),
  },
  {
    name: 'browser that never reads',
    reason: 'slow_consumer',
    isTold: true,
    start: (run, index) => neverReading(run, 'ws', index),
  },
  {
    name: 'flood of commands',
    reason: 'flooding',
    isTold: true,
    start: raw((peer) =>
      peer.pour('{"jsonrpc":"2.0","id":1,"method":"server.ping"}\n'.repeat(LINES_EACH_WRITE)),
    ),
  },
  {
    name: 'flood of messages',
    reason: 'flooding',
    isTold: true,
    start: raw((peer) => peer.pour(manyMessages())),
  },
  {
    name: 'flood of rubbish',
    reason: 'flooding',
    isTold: true,
    start: raw((peer) => peer.pour('{"jsonrpc":"2.0","id":\n'.repeat(LINES_EACH_WRITE))),
  },
  {
    name: 'endless line after line',
    reason: 'line_too_long',
    isTold: true,
    start: raw((peer) => peer.pour(`{${'x'.repeat(LONG.length * 4)}\n`)),
  },
  {
    name: 'FIN before the answer',
    reason: 'client_ended',
    isTold: false,
    start: raw(
      (peer) => {
        peer.write('hello\n');
        peer.end();
      },
      (peer) => (/\n-- Usuario-\d+:m1 .*\n$/.test(peer.tail) ? '' : 'its answer is not whole'),
    ),
  },
  {
    name: 'FIN, and then silence',
    reason: 'client_ended',
    isTold: false,
    start: raw((peer) => {
      peer.stopReading();
      peer.write('hello\n');
      peer.end();
    }),
  },
  {
    name: 'cut off before the answer',
    reason: 'client_lost',
    isTold: false,
    start: raw((peer) => {
      peer.write('hello\n');
      setTimeout(() => peer.reset(), RESET_AFTER_MS);
    }),
  },
  { name: 'vanished without a word', reason: 'auth_timeout', isTold: true, start: raw(SILENT) },
  {
    name: 'vanished in the middle of a line',
    reason: 'auth_timeout',
    isTold: true,
    start: raw((peer) => peer.write('{"jsonrpc":"2.0","id":1,"meth')),
  },
];

function raw(act: (peer: HostilePeer) => void, complaint: (peer: HostilePeer) => string = () => '') {
  return async (run: Run, index: number): Promise<Hostile | undefined> => {
    try {
      const peer = await HostilePeer.open(targetOf(run.targets.server, index));
      act(peer);
      return {
        gone: peer.gone,
        release: () => peer.readOn(),
        lastWord: () => peer.lastWord,
        complaint: () => complaint(peer),
      };
    } catch (error) {
      run.failed(error, 'a hostile peer');
      return undefined;
    }
  };
}

/** Asks for more than may be left unacknowledged, and reads none of it. */
async function neverReading(run: Run, transport: 'json' | 'ws', index: number): Promise<Hostile | undefined> {
  const client = await run.openSession(index, transport);
  if (!client) return undefined;
  client.pause();
  for (let message = 0; message < 2; message += 1) {
    // It is meant to fail; the reason of the connection's end is what is checked.
    client.chat('x'.repeat(LONG.length)).catch(SILENT);
  }
  let word = '';
  const gone = client.closed.then((reason) => (word = reason));
  return { gone, release: () => client.unpause(), lastWord: () => word, complaint: () => '' };
}

function manyMessages(): string {
  const lines = Array.from(
    { length: LINES_EACH_WRITE },
    (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"chat.send","params":{"text":"flood"}}\n`,
  );
  return lines.join('');
}
