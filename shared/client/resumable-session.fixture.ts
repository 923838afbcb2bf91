/** A resumable session for which the test acts as the server. */
import { ManualClock } from '../clock.ts';
import { reconnectDelayMs } from './backoff.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { MemoryNetwork } from './memory-transport.fixture.ts';
import type { Outcome, RequestId } from './message.ts';
import { ResumableSession } from './resumable-session.ts';
import type { KnownGuest, Resumption } from './session-contract.ts';

export const KNOWN: Resumption = { session: 'Usuario-1', token: 'old', epoch: 'e1', lastSeq: 4 };
export const HELLO = { session: 'Usuario-1', resumeToken: 't1', epoch: 'e1', seq: 0, locale: 'en' };

export function setUp(resumption?: Resumption, guest: KnownGuest = {}) {
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  const log: string[] = [];
  const states: string[] = [];
  const faults: string[] = [];
  const responses: [RequestId, Outcome][] = [];
  let ids = 0;
  const connection = new ResumableSession(
    {
      open: network.open,
      clock,
      reconnectDelayMs: (attempt, askedMs) => reconnectDelayMs(attempt, askedMs, () => 0.5),
      client: { client: 'test', version: '1' },
      locale: () => 'en',
      guest: () => guest,
      newId: () => `id-${(ids += 1)}`,
      resumption,
      heartbeat: HEARTBEAT,
    },
    {
      stateChanged: ({ name }) => states.push(name),
      sessionStarted: ({ loss, guestToken, conversation }) =>
        log.push(['started', loss ?? 'fresh', guestToken, conversation].filter(Boolean).join(' ')),
      sessionResumed: () => log.push('resumed'),
      caughtUp: (running) => log.push(`caught up, running ${running.join()}`),
      notification: (method, params) => log.push(`${method} ${String(params['text'])}`),
      response: (id, outcome) => responses.push([id, outcome]),
      persist: () => log.push(`kept ${connection.resumption?.lastSeq}`),
      fault: (fault) => faults.push(fault),
    },
  );
  const socket = () => network.peer;
  const sockets = network.peers;
  const greet = () => {
    connection.start();
    socket().open();
    socket().answer(HELLO);
  };
  const delta = (seq: number, text = `d${seq}`, requestId: RequestId = 'r') =>
    socket().notify('chat.delta', { seq, text, requestId });
  const waiting = () => {
    const { state } = connection;
    if (state.name !== 'waiting') throw new Error(`The connection is ${state.name}`);
    return state;
  };
  return { clock, sockets, socket, connection, log, states, faults, responses, greet, delta, waiting };
}
