/**
 * Conversations of one turn, of 20 and of 200, with credits, store and ledger: how long the next message
 * takes, and what a session that can be resumed keeps in memory.
 */
import type { Child } from '../stack/child.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { JSON_WIRES } from './exchanges.ts';
import type { BenchContext, Figure, Growth } from './figure.ts';
import type { EachResult, HoldResult, LoadJob } from './load-process.ts';
import type { Wire } from './raw-client.ts';
import { GC_ON_SIGNAL, INSTANT_SERVER, loadProcess, settledBytes } from './subjects.ts';

const KIBIBYTE = 1_024;
const TURNS = [1, 20, 200] as const;
const OPENING = '{"jsonrpc":"2.0","id":0,"method":"session.hello","params":{"client":"bench","version":"1"}}';
/** The first sessions fill what the process had spare. */
const UNCOUNTED = 200;
/** Messages of this many conversations are timed, each this often. */
const CONVERSATIONS = 40;
const ROUNDS = { quick: 5, usual: 25 } as const;

interface Talkers {
  readonly load: Child;
  readonly wire: Wire;
  readonly notes: string[];
}

export async function conversationTurns(context: BenchContext): Promise<(Figure | Growth)[]> {
  const stack = await startStack({
    serverFile: INSTANT_SERVER,
    gateway: false,
    nodeOptions: [...GC_ON_SIGNAL, ...context.subjectOptions],
  });
  const load = loadProcess();
  try {
    const wire = { ...JSON_WIRES.subject, kind: 'tcp', port: stack.targets.server.port } as const;
    const talkers: Talkers = { load, wire: { ...wire, opening: OPENING, acknowledges: true }, notes: [] };
    const memory = await sessionMemory(context, stack, talkers);
    const growths = await nextMessages(context, talkers);
    return [{ ...memory, notes: [...memory.notes, ...talkers.notes] }, ...growths];
  } finally {
    await load.stop();
    await stack.stop();
  }
}

/** Sessions that have said nothing are the floor; each has then had 20 exchanges. */
async function sessionMemory(context: BenchContext, stack: Stack, talkers: Talkers): Promise<Figure> {
  const sessions = context.quick ? 400 : 2_000;
  const turns = 20;
  const each = async (replies: number) => {
    await hold(talkers, UNCOUNTED, replies);
    const before = await settledBytes(stack.server);
    const held = await hold(talkers, sessions, replies);
    const after = await settledBytes(stack.server);
    await release(talkers);
    return (after - before) / held / KIBIBYTE;
  };
  // The opening line has a reply too.
  const floor = await each(1);
  const value = await each(1 + turns);
  return {
    name: `Resumable session, ${turns} turns, with ledger`,
    value,
    unit: 'KiB',
    floor,
    floorName: 'one that said nothing',
    measure: 'value',
    target: { atMost: 64 },
    notes: [`${sessions} sessions`],
  };
}

async function nextMessages(context: BenchContext, talkers: Talkers): Promise<Growth[]> {
  const rounds = context.quick ? ROUNDS.quick : ROUNDS.usual;
  const measured: { readonly size: number; readonly result: EachResult }[] = [];
  for (const size of TURNS) {
    context.say(`  ${size} turns`);
    await hold(talkers, CONVERSATIONS, 1 + size);
    talkers.load.send({ job: 'each', rounds } satisfies LoadJob);
    const result = (await talkers.load.message()) as EachResult;
    talkers.notes.push(...result.failures.map((why) => `${size} turns: ${why}`));
    measured.push({ size, result });
    await release(talkers);
  }
  const by = 'turns of the conversation, one client at a time, with ledger';
  const row = (what: string, of: 'p50Ms' | 'p99Ms') => ({
    what,
    unit: 'ms',
    by,
    values: measured.map(({ size, result }) => ({ size, value: result[of] ?? Number.NaN })),
  });
  return [{ ...row('the next message, p50', 'p50Ms'), atMost: 2 }, row('the next message, p99', 'p99Ms')];
}

async function hold({ load, wire, notes }: Talkers, clients: number, replies: number): Promise<number> {
  load.send({ job: 'hold', wire, clients, replies } satisfies LoadJob);
  const { held, failures } = (await load.message()) as HoldResult;
  if (held < clients) notes.push(`only ${held} of ${clients} held: ${failures.join('; ')}`);
  return held;
}

async function release({ load }: Talkers): Promise<void> {
  load.send({ job: 'release' } satisfies LoadJob);
  await load.message();
}
