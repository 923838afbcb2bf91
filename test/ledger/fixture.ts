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

/** A ledger of 50 blocks with every type of entry. `charge` makes another history under the same key. */
export async function makeFixture(charge = 7, by: NoteSigner = signer): Promise<Fixture> {
  const disk = new SimulatedDisk();
  let ms = Date.UTC(2030, 0, 1);
  const now = () => (ms += 1);
  const testLog = await openTestLog(disk, by, now);
  const { log, accounts } = testLog;
  const kept = { checkpoints: [] as string[], receipts: [] as string[] };
  for (let round = 0; round < 12; round += 1) {
    await exchange(testLog, round, charge, new Date(now()).toISOString());
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

/** About four blocks. */
async function exchange({ accounts, append }: TestLog, round: number, charge: number, at: string) {
  const account = `u${round % 3}`;
  const id = `r${round}`;
  await accounts.grant({ account, amount: 50, id: `g${round}`, by: 'admin', reason: 'test' });
  await accounts.hold({ account, amount: 20, id, ttlMs: 60_000 });
  if (round === 3) return void (await accounts.release({ id, reason: 'failed' }));
  if (round === 4) return void (await accounts.expire({ id }));
  const facts = { model: 'm', inputTokens: 3, outputTokens: 4, usage: 'reported', finish: 'stop' } as const;
  const texts = { trace: `Usuario-1:m${round}`, degraded: false, prompt: commitment, answer: commitment };
  const { index } = await accounts.settle({ id, charge, exchange: { ...facts, ...texts } });
  if (round === 6) await accounts.refund({ id: 'refund', settle: index, amount: 2, by: 'admin', reason: '' });
  else if (round === 7)
    await accounts.erase({ account, id: 'erase', exchange: index + 1, by: account, reason: '' });
  else await append(round === 8 ? rejected(account, at) : imported(account, round, at));
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
