/**
 * All at once: clients that never read, floods, half-open and vanished peers, and thousands of idle ones.
 * One normal client must not be slowed down, the server's memory must stay within its limits, each
 * hostile peer must be ended for its own reason, and none of the others may be.
 */
import { LIMITS } from '../../shared/limits.ts';
import type { ChatClient } from '../client/chat-client.ts';
import { median } from '../measure/latency.ts';
import { clientsThatFit } from '../stack/descriptors.ts';
import { closesByReason } from '../stack/server-counters.ts';
import { HOSTILE_KINDS, LONG, type Hostile, type HostileKind } from './hostile-kinds.ts';
import { Probe, PROBE } from './probe.ts';
import { forEachIndex, type Run } from './run.ts';

export const HOSTILE = {
  peersEach: 3,
  /** A normal client may wait so many times as long for its first token as when it is alone … */
  factorMax: 2,
  /**
   * … and so much longer. Load, model, gateway and server share this machine's processors: where they are
   * fewer than the processes, each process waits for its turn of the scheduler (3 ms and more),
   * whatever the server does.
   */
  allowanceMs: 5,
  idleBytesMax: 8 * 1024,
  /** What a peer can make the server keep: what it does not read or acknowledge, and has sent ahead. */
  peerBytesMax: LIMITS.outboxHardBytes + LIMITS.replayBytesMax + 2 * LIMITS.waitingBytesMax,
  /** Garbage that V8 has not collected yet: its young generation, and what it lets the old one grow by. */
  garbageBytesMax: 96 * 1024 * 1024,
  pollMs: 250,
  /** Time for final lines to arrive, once the server has ended all hostile peers. */
  goneMs: 5_000,
  /** Client numbers of hostile peers begin here. */
  firstIndex: 500_000,
} as const;

interface Tally {
  readonly aloneMs: number[];
  readonly loadedMs: number[];
  startBytes: number | undefined;
  /** The most in each round. */
  readonly peakBytes: number[];
}

export async function hostile(run: Run): Promise<void> {
  const idle = fittingClients(run);
  const kinds = HOSTILE_KINDS.filter((kind) => run.options.selfContained || !kind.needsOwnServer);
  if (kinds.length < HOSTILE_KINDS.length) run.recorder.note('Without the kinds that need --self-contained');
  const probe = new Probe(run);
  const tally: Tally = { aloneMs: [], loadedMs: [], startBytes: undefined, peakBytes: [] };
  run.recorder.begin();
  // What is made only once, and the garbage of a busy server, are there before anything is measured.
  if (run.options.selfContained) await manyLongAnswers(run);
  else await probe.alone();
  for (let number = 0; number < run.options.rounds && !run.stopped; number += 1) {
    await round(run, probe, { number, idle, kinds }, tally);
  }
  if (run.stopped) return;
  judgeFirstToken(run, tally);
  judgeMemory(run, tally, idle, kinds.length * HOSTILE.peersEach);
}

function fittingClients(run: Run): number {
  const { clients, transport } = run.options;
  const fitting = clientsThatFit(transport);
  if (clients <= fitting) return clients;
  run.recorder.note(
    `${fitting} idle clients, not ${clients}: a process may not open more files here (ulimit -n)`,
  );
  return fitting;
}

/** Sends what the clients that never read will send, from some clients that do read. */
async function manyLongAnswers(run: Run): Promise<void> {
  run.stage('long answers', HOSTILE.peersEach * LONG.answers);
  const readers = Array.from({ length: HOSTILE.peersEach }, async (_, copy) => {
    const client = await run.openSession(HOSTILE.firstIndex - 1 - copy, 'json');
    if (!client) return;
    for (let message = 0; message < LONG.answers && !run.stopped; message += 1) {
      await run.withTimeout(client.chat('x'.repeat(LONG.length)));
      run.progress.done += 1;
    }
    client.close();
  });
  await Promise.all(readers);
}

interface Round {
  readonly number: number;
  readonly idle: number;
  readonly kinds: readonly HostileKind[];
}

async function round(run: Run, probe: Probe, { number, idle, kinds }: Round, tally: Tally): Promise<void> {
  const before = await probe.alone(PROBE.aloneMessages / 2);
  tally.startBytes ??= (await run.memory()).serverBytes;
  tally.peakBytes.push(0);
  const opened = await run.openAll((index) => run.open(index), idle);
  const clients = opened.filter((client) => client !== undefined);
  run.stage(`hostile peers, round ${number + 1}`, kinds.length * HOSTILE.peersEach);
  tally.loadedMs.push(median(await probe.during(wave(run, number, kinds, tally))));
  await pingAll(run, clients);
  for (const client of clients) client.close();
  await Promise.all(clients.map((client) => client.closed));
  // Half of them afterwards: what else this machine does may have changed meanwhile.
  tally.aloneMs.push(median([...before, ...(await probe.alone(PROBE.aloneMessages / 2))]));
}

/** All kinds at once, until the server has ended each of them. */
async function wave(run: Run, number: number, kinds: readonly HostileKind[], tally: Tally): Promise<void> {
  const before = await closesByReason(run.targets.serverMetrics);
  const peers: { kind: HostileKind; peer: Hostile | undefined }[] = [];
  for (const [place, kind] of kinds.entries()) {
    for (let copy = 0; copy < HOSTILE.peersEach && !run.stopped; copy += 1) {
      const index = (number * kinds.length + place) * HOSTILE.peersEach + copy;
      peers.push({ kind, peer: await kind.start(run, HOSTILE.firstIndex + index) });
    }
  }
  const missing = await untilEnded(run, before, kinds, tally);
  for (const { peer } of peers) peer?.release();
  const gone = Promise.all(peers.map(async ({ peer }) => peer?.gone));
  await Promise.race([gone, run.wait(HOSTILE.goneMs)]);
  for (const { kind, peer } of peers) if (peer) judgePeer(run, kind, peer);
  for (const [reason, count] of missing) run.violation(`${count} peers too few were ended for ${reason}`);
}

/** Returns how many ends are missing, by reason; none when all went well. */
async function untilEnded(
  run: Run,
  before: ReadonlyMap<string, number>,
  kinds: readonly HostileKind[],
  tally: Tally,
): Promise<ReadonlyMap<string, number>> {
  const endMs = performance.now() + run.options.seconds * 1_000;
  for (;;) {
    const { serverBytes = 0 } = await run.memory();
    tally.peakBytes.push(Math.max(tally.peakBytes.pop() ?? 0, serverBytes));
    const now = await closesByReason(run.targets.serverMetrics);
    const missing = missingCloses(before, now, kinds);
    const left = [...missing.values()].reduce((sum, count) => sum + count, 0);
    run.progress.done = run.progress.total - left;
    if (left === 0 || run.stopped || performance.now() > endMs) return missing;
    await run.wait(HOSTILE.pollMs);
  }
}

function missingCloses(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
  kinds: readonly HostileKind[],
): Map<string, number> {
  const missing = new Map<string, number>();
  for (const { reason } of kinds) missing.set(reason, (missing.get(reason) ?? 0) + HOSTILE.peersEach);
  for (const [reason, wanted] of missing) {
    const left = wanted - ((now.get(reason) ?? 0) - (before.get(reason) ?? 0));
    if (left > 0) missing.set(reason, left);
    else missing.delete(reason);
  }
  return missing;
}

/** For a peer that could not read its final line the server's count decides. Any other is a violation. */
function judgePeer(run: Run, kind: HostileKind, peer: Hostile): void {
  const word = peer.lastWord();
  const complaint = peer.complaint();
  if (complaint) run.violation(`${kind.name}: ${complaint}`);
  if (!kind.isTold) run.recorder.count(`${kind.name}: ended`);
  else run.recorder.count(`${kind.name}: ${word || 'ended, last line not read'}`);
  if (word && word !== kind.reason) run.violation(`${kind.name}: told ${word} instead of ${kind.reason}`);
}

async function pingAll(run: Run, clients: readonly ChatClient[]): Promise<void> {
  run.stage('asking the idle ones', clients.length);
  await forEachIndex(clients.length, run.options.ramp, async (index) => {
    const client = clients[index];
    if (!client || run.stopped) return;
    try {
      await run.withTimeout(client.ping());
      run.recorder.count('idle clients that answered');
    } catch (error) {
      run.failed(error, `idle client ${index} (${client.session})`);
    }
    run.progress.done += 1;
  });
}

function judgeFirstToken(run: Run, { aloneMs, loadedMs }: Tally): void {
  const alone = median(aloneMs);
  const loaded = median(loadedMs);
  const limit = HOSTILE.factorMax * alone + HOSTILE.allowanceMs;
  const rounds = aloneMs.map(
    (ms, number) => `${ms.toFixed(1)} → ${(loadedMs[number] ?? Number.NaN).toFixed(1)}`,
  );
  const inRounds = rounds.length > 1 ? ` (rounds: ${rounds.join(', ')})` : '';
  const figures = `${alone.toFixed(1)} ms alone, ${loaded.toFixed(1)} ms among them${inRounds}`;
  const rule = `at most ${HOSTILE.factorMax} × and ${HOSTILE.allowanceMs} ms`;
  run.recorder.note(`First token, medians: ${figures}; ${rule}`);
  // Also when there is no number at all.
  if (!(loaded <= limit)) run.violation(`A normal client waited too long for its first token: ${figures}`);
}

/** In each round by itself: sessions of those before it can still be resumed, which has a limit too. */
function judgeMemory(run: Run, { startBytes, peakBytes }: Tally, idle: number, peers: number): void {
  if (startBytes === undefined) {
    run.recorder.note('Server memory: unknown; give --server-metrics or --server-pid');
    return;
  }
  for (const [number, peak] of peakBytes.entries()) {
    const detached = Math.min(number * idle, LIMITS.detachedSessionsMax);
    const limit =
      (idle + detached) * HOSTILE.idleBytesMax + peers * HOSTILE.peerBytesMax + HOSTILE.garbageBytesMax;
    const parts = [
      `${idle} idle and ${detached} to be resumed × ${HOSTILE.idleBytesMax / 1024} KiB`,
      `${peers} hostile × ${HOSTILE.peerBytesMax / 1024} KiB`,
      `${mebibytes(HOSTILE.garbageBytesMax)} of garbage`,
    ];
    const figures = `round ${number + 1}: ${mebibytes(peak - startBytes)} more of ${mebibytes(limit)}`;
    run.recorder.note(`Server memory, ${figures} (${parts.join(' + ')})`);
    if (peak - startBytes > limit) run.violation(`The server took too much memory, ${figures}`);
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(0)} MiB`;
}
