import type { Entry } from '../../shared/ledger/entries.ts';
import type { HeadRecord } from '../../shared/ledger/layout.ts';
import { headFile, isSegmentName, parseHeads } from '../../shared/ledger/layout.ts';
import { createNoteSigner, type NoteSigner } from '../../shared/ledger/note-keys.ts';
import type { LedgerSource } from '../../cli/ledger/ledger-source.ts';
import { SimulatedDisk } from '../../server/ledger/simulated-disk.fixture.ts';
import { openTestLog, type TestLog } from '../../server/ledger/test-log.fixture.ts';

export const signer = createNoteSigner('test.example/ledger', Buffer.alloc(32, 3));
const commitment = Buffer.alloc(32, 1).toString('base64');

/** A finished ledger in memory, with what somebody kept of it along the way. */
export interface Fixture {
  /** The joined segments. */
  bytes: Buffer;
  head: HeadRecord;
  checkpoints: string[];
  receipts: string[];
}

/**
 * A ledger of 57 blocks with every type of entry, which begins in version 1 and goes on in version 2.
 * `charge` makes another history under the same key.
 */
export async function makeFixture(charge = 7, by: NoteSigner = signer): Promise<Fixture> {
  const disk = new SimulatedDisk();
  let ms = Date.UTC(2030, 0, 1);
  const now = () => (ms += 1);
  const testLog = await openTestLog(disk, by, now, '1');
  const { log, accounts } = testLog;
  const kept = { checkpoints: [] as string[], receipts: [] as string[] };
  const time = () => new Date(now()).toISOString();
  for (let round = 0; round < 3; round += 1) {
    await firstExchange(testLog, round, charge, time());
    kept.checkpoints.push(log.head.note);
    kept.receipts.push(await log.receipt(log.head.size - 1));
  }
  await testLog.append({ at: time(), type: 'version', version: '2' });
  for (let round = 0; round < 12; round += 1) {
    await talk(testLog, round, charge, time());
    kept.checkpoints.push(log.head.note);
    kept.receipts.push(await log.receipt(log.head.size - 1));
  }
  for (const id of ['one', 'two', 'three']) {
    await accounts.grant({ account: 'u0', amount: 1, id, by: 'admin', reason: 'to make it 50' });
  }
  kept.checkpoints.push(log.head.note);
  const names = (await disk.names()).filter(isSegmentName).sort();
  const bytes = Buffer.concat(names.map((name) => disk.content(name)));
  const head = parseHeads(disk.content(headFile));
  if (head === undefined) throw new Error('The fixture has no head');
  return { bytes, head, ...kept };
}

/** Three blocks; the last has the settle and its exchange. */
async function firstExchange({ append }: TestLog, round: number, charge: number, at: string): Promise<void> {
  const start = { account: 'u0', at, id: `first${round}` } as const;
  const hold = String(1 + round * 4 + 1);
  const facts = {
    degraded: 'false',
    finish: 'stop',
    inputTokens: '3',
    model: 'm',
    outputTokens: '4',
  } as const;
  const texts = { prompt: commitment, answer: commitment, trace: 'Usuario-1:m1', usage: 'reported' } as const;
  await append({ ...start, amount: '50', by: 'admin', id: `g:${start.id}`, reason: 'test', type: 'grant' });
  await append({ ...start, amount: '20', expires: at, type: 'hold' });
  await append(
    { ...start, amount: String(charge), hold, returned: String(20 - charge), type: 'settle' },
    { ...start, ...facts, ...texts, type: 'exchange' },
  );
}

/** About four blocks. */
async function talk({ accounts, append }: TestLog, round: number, charge: number, at: string) {
  const account = `u${round % 3}`;
  const id = `r${round}`;
  await accounts.grant({ account, amount: 50, id: `g${round}`, by: 'admin', reason: 'test' });
  if (round === 6 || round === 9) await append(allowance(account, round, at, charge));
  const reserved = round % 2 === 0 ? accounts.reserve(account, 20) : undefined;
  if (!reserved || round === 4) await accounts.hold({ account, amount: 20, id, ttlMs: 60_000 });
  if (round === 3) return void (await accounts.release({ id, reason: 'failed' }));
  if (round === 4) return void (await accounts.expire({ id }));
  const facts = { model: 'm', inputTokens: 3, outputTokens: 4, usage: 'reported', finish: 'stop' } as const;
  const by = { actor: account, service: 'chat', route: 'm', trace: `Usuario-1:m${round}` };
  const texts = { degraded: false, prompt: commitment, answer: commitment };
  const exchange = { ...facts, ...by, ...texts };
  const { index } = await accounts.charge({ id, charge, exchange, ...(reserved && { reserved }) });
  if (round === 6) await accounts.refund({ id: 'refund', charge: index, amount: 2, by: 'admin', reason: '' });
  else if (round === 7)
    await accounts.erase({ account, id: 'erase', exchange: index, by: account, reason: '' });
  else await append(round === 8 ? rejected(account, at) : imported(account, round, at));
}

/** Of two rounds with the same account: of what the first leaves, the second takes 5 over. */
function allowance(account: string, round: number, at: string, charge: number): Entry {
  const [carried, lapsed] = round === 6 ? ['0', '0'] : ['5', String(30 - charge - 5)];
  const start = { account, amount: '30', at, by: 'admin', carried, id: `allowance${round}`, lapsed } as const;
  return { ...start, period: `week${round}`, type: 'allowance', until: at };
}

/** Two types of entry that the server reads and does not write. */
function rejected(account: string, at: string): Entry {
  const reason = 'insufficient_credits';
  return { account, at, balance: '0', id: 'reject', need: '999', reason, type: 'reject' };
}

function imported(account: string, round: number, at: string): Entry {
  return { account, amount: '5', at, by: 'admin', id: `i${round}`, source: 'old system', type: 'import' };
}

/** Bytes as a ledger to verify. Without a head they are a lone copied file. */
export function sourceOf(bytes: Buffer, head?: HeadRecord): LedgerSource {
  return {
    parts: [],
    size: bytes.length,
    head,
    checkpoint: undefined,
    read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)),
    place: (offset) => ({ segment: 'memory', offset }),
    close: () => Promise.resolve(),
  };
}

/** The lines with their newlines. */
export function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start) + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
