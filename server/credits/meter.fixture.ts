/** For tests of the meter: a ledger on a simulated disk, texts in memory, a clock that stands still. */
import { ManualClock } from '../../shared/clock.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import type { ReserveRequest, SettleFacts } from './meter.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import { SimulatedDisk } from '../ledger/simulated-disk.fixture.ts';
import type { TurnPlacement } from '../conversations/turn-placement.ts';
import { StoreError } from '../store/store-error.ts';
import {
  exchangeId,
  type Erased,
  type Erasure,
  type ExchangeErasure,
  type ExchangeMark,
  type ExchangeTexts,
  type PromptSharer,
  type RecordedExchange,
  type StoredExchange,
} from './exchange-texts.ts';
import { AccountGate } from './account-gate.ts';
import type { Allowances } from './address-allowances.ts';
import { GuestGifts } from './guest-gifts.ts';
import { LedgerMeter } from './ledger-meter.ts';

const signer = createNoteSigner('meter.test/ledger', Buffer.alloc(32, 9));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A store that fails on request; what it has received is in `rows`, oldest first. */
export class MemoryTexts implements ExchangeTexts {
  readonly rows = new Map<string, RecordedExchange>();
  readonly erasures = new Map<string, Erasure>();
  failure: Error | undefined;
  /** Runs before each change; if it rejects, the change fails. */
  before: () => Promise<void> = () => Promise.resolve();
  #numbers: number;

  constructor(rows: Iterable<RecordedExchange> = [], numbers = 0) {
    for (const row of rows) this.rows.set(exchangeId(row.number), row);
    this.#numbers = numbers;
  }

  nextNumber(): number {
    return ++this.#numbers;
  }

  async record(row: RecordedExchange): Promise<void> {
    await this.before();
    if (this.rows.has(exchangeId(row.number))) throw new StoreError('constraint', 'UNIQUE');
    this.rows.set(exchangeId(row.number), row);
  }

  read(id: string): Promise<StoredExchange | undefined> {
    return Promise.resolve(this.rows.get(id));
  }

  newestBelow(below: number, limit: number): Promise<ExchangeMark[]> {
    const marks = [...this.rows.values()]
      .map(({ number, entriesBefore }) => ({ number, id: exchangeId(number), entriesBefore }))
      .filter(({ number }) => number < below)
      .sort((left, right) => right.number - left.number);
    return Promise.resolve(marks.slice(0, limit));
  }

  newestOf(account: string): Promise<ExchangeMark | undefined> {
    const [newest] = [...this.rows.values()]
      .filter((row) => row.account === account)
      .sort((left, right) => right.number - left.number);
    return Promise.resolve(newest && { ...newest, id: exchangeId(newest.number) });
  }

  async discard(ids: readonly string[]): Promise<void> {
    if (ids.some((id) => this.rows.has(id))) await this.before();
    for (const id of ids) this.rows.delete(id);
  }

  async sharersOfPrompt(id: string): Promise<readonly PromptSharer[]> {
    const prompt = this.rows.get(id)?.placed.promptMessage;
    return [...this.rows.values()]
      .filter(({ placed }) => placed.promptMessage === prompt)
      .map(({ number, account, entriesBefore }) => ({
        number,
        account,
        id: exchangeId(number),
        entriesBefore,
      }));
  }

  async erase(erasures: readonly ExchangeErasure[]): Promise<Erased> {
    await this.before();
    const numbers = erasures.flatMap(({ entry }) => this.rows.get(entry)?.number ?? []);
    for (const erasure of erasures) {
      this.erasures.set(erasure.id, erasure);
      this.rows.delete(erasure.entry);
    }
    return { exchanges: numbers.length, numbers, conversations: [] };
  }

  async eraseAll(erasure: Erasure): Promise<Erased> {
    await this.before();
    this.erasures.set(erasure.id, erasure);
    const gone = [...this.rows].filter(([, { account }]) => account === erasure.account);
    for (const [each] of gone) this.rows.delete(each);
    return { exchanges: gone.length, conversations: [] };
  }

  async erased(id: string): Promise<void> {
    await this.before();
    this.erasures.delete(id);
  }

  pendingErasures(): Promise<Erasure[]> {
    return Promise.resolve([...this.erasures.values()]);
  }
}

/** A place in no conversation. */
export const NOWHERE: TurnPlacement = {
  place: (_, write) =>
    write({
      conversation: { number: 1, id: 'c', owner: 'guest:a', createdAt: 0 },
      newGuest: undefined,
      parent: null,
      promptMessage: 1,
      isNewPrompt: true,
      answerMessage: 2,
      clientMessageId: undefined,
      movedDevice: undefined,
      staying: undefined,
    }),
};

/** No address has a limit. */
const UNLIMITED: Allowances = {
  take: async (_allowance, _address, amount) =>
    typeof amount === 'number' ? amount : amount(Number.POSITIVE_INFINITY),
  waitMs: async () => 0,
};

export interface MeterOptions {
  readonly disk?: SimulatedDisk;
  readonly texts?: MemoryTexts;
  readonly credits?: number;
  /** Gets the fields of each warning. */
  readonly onWarning?: (fields: object) => void;
  /** Gets the fields of each error. */
  readonly onError?: (fields: object) => void;
  readonly keepsOpenHolds?: boolean;
  readonly allowances?: Allowances<'guests'>;
  readonly creditsPerAddress?: number;
  readonly clock?: ManualClock;
}

export interface TestMeter {
  readonly meter: LedgerMeter;
  readonly gifts: GuestGifts;
  readonly ledger: Ledger;
  readonly texts: MemoryTexts;
  readonly clock: ManualClock;
  readonly disk: SimulatedDisk;
}

export async function openTestMeter(options: MeterOptions = {}): Promise<TestMeter> {
  const { disk = new SimulatedDisk(), texts = new MemoryTexts(), credits = 1_000 } = options;
  const { clock = new ManualClock(1_700_000_000_000) } = options;
  const ledger = await openLedger({
    disk,
    signer,
    log: quiet,
    clock,
    keepsOpenHolds: options.keepsOpenHolds ?? false,
  });
  const gifts = new GuestGifts({
    accounts: ledger.accounts,
    allowances: options.allowances ?? UNLIMITED,
    isGuest: (account) => account !== 'team',
    credits,
    creditsPerAddress: options.creditsPerAddress ?? credits,
  });
  const meter = new LedgerMeter({
    ledger,
    texts,
    gate: new AccountGate(),
    gifts,
    clock,
    log: { ...quiet, warn: options.onWarning ?? quiet.warn, error: options.onError ?? quiet.error },
    randomBytes: (size) => Buffer.alloc(size, 4),
  });
  return { meter, gifts, ledger, texts, clock, disk };
}

/** One message of the account `a`, to one model at 1 credit a token. */
export function reserveRequest(number: number, changes: Partial<ReserveRequest> = {}): ReserveRequest {
  return {
    payer: { account: 'a', actor: 'a', address: '192.0.2.1' },
    trace: `Usuario-1:m${number}`,
    candidates: [{ route: 'm', price: { input: 1, output: 1 } }],
    inputTokens: 0,
    maxOutputTokens: 16,
    ...changes,
  };
}

export function settleFacts(inputTokens: number, outputTokens: number): SettleFacts {
  return {
    service: 'chat',
    route: 'm',
    provider: 'ollama',
    model: 'm',
    price: { input: 1, output: 1 },
    degraded: false,
    finish: 'stop',
    usage: { inputTokens, outputTokens, source: 'reported' },
    prompt: 'what was asked',
    answer: 'what was answered',
    placement: NOWHERE,
  };
}
