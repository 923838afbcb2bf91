/** For tests of the meter: a ledger on a simulated disk, contents in memory, a clock that stands still. */
import { ManualClock } from '../../shared/clock.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import type { ReserveRequest, SettleFacts } from './meter.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import { SimulatedDisk } from '../ledger/simulated-disk.fixture.ts';
import type { ContentMark, ContentRow, PendingErasure } from '../store/content-queries.ts';
import type { ContentStore } from '../store/content-store.ts';
import { AnonymousGrants } from './anonymous-grants.ts';
import { LedgerMeter } from './ledger-meter.ts';

const signer = createNoteSigner('meter.test/ledger', Buffer.alloc(32, 9));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A store that fails when it is told to; what it was given is in `rows`, oldest first. */
export class MemoryContents implements ContentStore {
  readonly rows = new Map<string, ContentRow>();
  readonly erasures = new Map<string, PendingErasure>();
  failure: Error | undefined;
  /** Comes before each change; a rejection makes the change fail. */
  before: () => Promise<void> = () => Promise.resolve();

  constructor(rows: Iterable<ContentRow> = []) {
    for (const row of rows) this.rows.set(row.id, row);
  }

  async add(row: ContentRow): Promise<void> {
    await this.before();
    if (this.rows.has(row.id)) throw new Error('UNIQUE');
    this.rows.set(row.id, row);
  }

  read(id: string): Promise<ContentRow | undefined> {
    return Promise.resolve(this.rows.get(id));
  }

  newestBelow(below: number, limit: number): Promise<ContentMark[]> {
    const marks = [...this.rows.values()].map(({ id, entriesBefore }, at) => ({
      number: at + 1,
      id,
      entriesBefore,
    }));
    return Promise.resolve(
      marks
        .filter(({ number }) => number < below)
        .toReversed()
        .slice(0, limit),
    );
  }

  async discard(ids: readonly string[]): Promise<void> {
    await this.before();
    for (const id of ids) this.rows.delete(id);
  }

  async erase(erasure: PendingErasure, contentId?: string): Promise<number> {
    await this.before();
    this.erasures.set(erasure.id, erasure);
    const gone = [...this.rows.values()].filter(
      ({ id, account }) => account === erasure.account && (contentId === undefined || contentId === id),
    );
    for (const { id } of gone) this.rows.delete(id);
    return gone.length;
  }

  async erased(id: string): Promise<void> {
    await this.before();
    this.erasures.delete(id);
  }

  pendingErasures(): Promise<PendingErasure[]> {
    return Promise.resolve([...this.erasures.values()]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface MeterOptions {
  readonly disk?: SimulatedDisk;
  readonly contents?: MemoryContents;
  readonly credits?: number;
  readonly holdTtlMs?: number;
  readonly epoch?: string;
  /** Gets the fields of each warning. */
  readonly onWarning?: (fields: object) => void;
}

export interface TestMeter {
  readonly meter: LedgerMeter;
  readonly ledger: Ledger;
  readonly contents: MemoryContents;
  readonly clock: ManualClock;
  readonly disk: SimulatedDisk;
}

export async function openTestMeter(options: MeterOptions = {}): Promise<TestMeter> {
  const { disk = new SimulatedDisk(), contents = new MemoryContents(), credits = 1_000 } = options;
  const clock = new ManualClock(1_700_000_000_000);
  const ledger = await openLedger({ disk, signer, log: quiet, clock });
  const meter = new LedgerMeter({
    ledger,
    contents,
    anonymous: new AnonymousGrants({
      clock,
      credits,
      creditsPerAddress: credits,
      windowMs: 1_000,
      addressesMax: 10,
      keyOf: (address) => address,
      isExempt: () => false,
    }),
    clock,
    log: { ...quiet, warn: options.onWarning ?? quiet.warn },
    randomBytes: (size) => Buffer.alloc(size, 4),
    holdTtlMs: options.holdTtlMs ?? 60_000,
    epoch: options.epoch ?? 'epoch',
  });
  return { meter, ledger, contents, clock, disk };
}

/** One message of the account `a`, to one model at 1 credit a token. */
export function reserveRequest(number: number, changes: Partial<ReserveRequest> = {}): ReserveRequest {
  return {
    payer: { account: 'a', address: '192.0.2.1' },
    trace: `Usuario-1:m${number}`,
    candidates: [{ route: 'm', price: { input: 1, output: 1 } }],
    inputTokens: 0,
    maxOutputTokens: 16,
    ...changes,
  };
}

export function settleFacts(inputTokens: number, outputTokens: number): SettleFacts {
  return {
    route: 'm',
    provider: 'ollama',
    model: 'm',
    price: { input: 1, output: 1 },
    degraded: false,
    finish: 'stop',
    usage: { inputTokens, outputTokens, source: 'reported' },
    prompt: 'what was asked',
    answer: 'what was answered',
    placement: undefined,
  };
}
