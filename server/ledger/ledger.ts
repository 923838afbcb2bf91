/** The ledger as the server uses it: open it, move credits through `accounts`, hand out proofs, close it. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../shared/clock.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import { checkpointFile, ledgerFolder } from '../../shared/ledger/layout.ts';
import { readVerifierKey, type NoteSigner } from '../../shared/ledger/note-keys.ts';
import type { Unlock } from '../../shared/folder-lock.ts';
import { Accounts } from './accounts.ts';
import { canonicalText } from './canonical-text.ts';
import { BlockWriter, type CommittedBlock, type SignedHead } from './block-writer.ts';
import type { Disk } from './disk.ts';
import { LedgerError } from './ledger-error.ts';
import { checkOwnCheckpoint } from './own-checkpoint.ts';
import { LedgerLog } from './ledger-log.ts';
import { lockLedgerFolder } from './lock.ts';
import { openNodeDisk } from './node-disk.ts';
import { recover, refreshSnapshot, type Recovered } from './recovery.ts';
import { BackgroundSnapshots } from './background-snapshots.ts';
import type { TableLimits } from './stored-tables.ts';

/** The part of a log that the ledger writes to. */
export interface LedgerLogger {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface LedgerOptions {
  /** The server's data directory: the ledger locks and uses the folder `ledger` in it. */
  dataDir?: string;
  /** Instead of `dataDir`: any disk, without a lock. */
  disk?: Disk;
  /** Signs checkpoints; the name of its key is the ledger's origin. */
  signer: NoteSigner;
  clock: Pick<Clock, 'now' | 'after'>;
  log: LedgerLogger;
  /** What one credit is, for people; written once, into the first entry. */
  unit?: string;
  /** Entries after which a snapshot is made in the background. */
  snapshotEntries?: number;
  segmentBytes?: number;
  tableLimits?: TableLimits;
  /**
   * Leaves a ledger of version 1 with the open holds of a stopped server, for a caller that looks at them
   * before it calls `upgrade`.
   */
  keepsOpenHolds?: boolean;
}

const snapshotEntriesDefault = 250_000;
/** The checkpoint file is for tools and people; it may lag behind by this much. */
const checkpointFileMs = 1000;

/**
 * Opens the ledger: locks, verifies and repairs it, and resolves the holds of a stopped server. Rejects
 * with `ledger_locked`, `ledger_damaged` (naming the place) or `ledger_wrong_key`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const folder = options.dataDir === undefined ? undefined : join(options.dataDir, ledgerFolder);
  const disk = options.disk ?? (await openNodeDisk(folder ?? ledgerFolder));
  const unlock = folder === undefined ? undefined : lockLedgerFolder(folder);
  try {
    const { segmentBytes, tableLimits } = options;
    const recovered = await recover(disk, {
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      ...(tableLimits === undefined ? {} : { tableLimits }),
    });
    const ledger = new Ledger(options, disk, recovered, unlock);
    await ledger.begin(recovered.torn);
    return ledger;
  } catch (error) {
    unlock?.();
    throw error;
  }
}

export class Ledger {
  /** Credits: `grant`, `reserve`, `charge`, `hold`, `release`, `refund`, `erase` and balances. */
  readonly accounts: Accounts;
  #options: LedgerOptions;
  #disk: Disk;
  #recovered: Recovered;
  #log: LedgerLog;
  #unlock: Unlock | undefined;
  #listeners = new Set<(block: CommittedBlock) => void>();
  #snapshots: BackgroundSnapshots;
  /** Makes a snapshot at this moment. */
  #worker: Worker | undefined;
  #publishing: Promise<void> | undefined;
  #cancelPublish: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /** Use `openLedger`. */
  constructor(options: LedgerOptions, disk: Disk, recovered: Recovered, unlock: Unlock | undefined) {
    this.#options = options;
    this.#disk = disk;
    this.#recovered = recovered;
    this.#unlock = unlock;
    const { segments, head, index } = recovered;
    const writer = new BlockWriter({
      segments,
      headFile: head,
      index,
      signer: options.signer,
      now: () => options.clock.now(),
      onFailure: (error) => options.log.error({ error }, 'The ledger cannot be written and has stopped'),
      onCommit: (block) => this.#committed(block),
    });
    this.#log = new LedgerLog(segments, index, writer);
    this.accounts = new Accounts(this.#log, () => options.clock.now());
    this.#snapshots = new BackgroundSnapshots({
      disk,
      index,
      log: options.log,
      refresh: () => this.#refreshSnapshot(),
      entries: options.snapshotEntries ?? snapshotEntriesDefault,
      snapshotEntries: recovered.snapshotEntries,
    });
    this.#log.onSnapshotDamage = () => this.#snapshots.noteDamage(this.head.size);
  }

  /** The newest durable tree: its size, root and signed checkpoint (`note`). */
  get head(): SignedHead {
    return this.#log.head;
  }

  get origin(): string {
    return this.#log.fold.origin;
  }

  /** The verifier key (`origin+keyid+base64`) that signs checkpoints now. */
  get verifierKey(): string {
    return this.#log.fold.keyAt(Number.MAX_SAFE_INTEGER) ?? '';
  }

  /** Why the ledger has stopped, when it has. */
  get failure(): LedgerError | undefined {
    return this.#log.failure;
  }

  get totals(): { issued: number; revenue: number; accounts: number; openHolds: number; entries: number } {
    const { fold } = this.#log;
    const { issued, revenue, count } = fold;
    return {
      issued,
      revenue,
      accounts: fold.accountCount,
      openHolds: this.accounts.openCount,
      entries: count,
    };
  }

  /** Accounts, ids and refunds that are in memory; the others are on the disk only. */
  get recordsInMemory(): number {
    return this.#log.fold.tables.size;
  }

  /** A receipt (C2SP tlog-proof) of an entry, in the newest checkpoint or in one that the caller holds. */
  receipt(index: number, checkpoint?: { size: number; note: string }, signal?: AbortSignal): Promise<string> {
    return this.#log.receipt(index, checkpoint, signal);
  }

  /** The RFC 6962 consistency proof between two sizes, by default up to the newest durable one. */
  consistency(oldSize: number, newSize?: number, signal?: AbortSignal): Promise<Uint8Array[]> {
    return this.#log.consistency(oldSize, newSize, signal);
  }

  /** The entry at an index, when there is one. */
  entry(index: number): Promise<Entry | undefined> {
    return this.#log.entry(index);
  }

  /** Those of the entries that there are; each part of the file is read once, one after the other. */
  entries(indexes: readonly number[], signal?: AbortSignal): Promise<Map<number, Entry>> {
    return this.#log.entries(indexes, signal);
  }

  /** Canonical texts of durable entries from `from` up to, but not including, `to`. */
  entryTexts(from: number, to: number): Promise<string[]> {
    return this.#log.texts(from, to);
  }

  /**
   * Reports every block that became durable, before the calls that wait for it resolve. Returns what ends it.
   */
  onCommit(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes no more entries, waits until all queued ones are durable, saves a snapshot, releases the lock. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** First entries of a new ledger or a new start. Called once, by `openLedger`. */
  async begin(torn: readonly string[]): Promise<void> {
    const { fold } = this.#log;
    const { verifierKey } = this.#options.signer;
    await this.#checkOwnWord();
    if (fold.count === 0) await this.#appendOwn(this.#genesis(verifierKey));
    else if (this.verifierKey !== verifierKey) throw wrongKey(this.verifierKey, verifierKey);
    for (const name of torn) await this.#appendOwn(await this.#recoveryEntry(name));
    if (!this.#options.keepsOpenHolds) await this.upgrade();
    await this.#publish();
    const { log } = this.#options;
    const { adopted } = this.#recovered;
    if (adopted > 0) log.warn({ blocks: adopted }, 'Whole blocks that were never acknowledged were kept');
    log.info({ entries: fold.count, torn: torn.length }, 'The ledger is open');
  }

  /** A ledger of version 1 goes on in version 2: ends the holds that a stopped server has left open. */
  async upgrade(): Promise<void> {
    if (this.#log.fold.version > 1) return;
    const resolved = await this.accounts.resolveOrphans();
    await this.#appendOwn({ at: this.#now(), type: 'version', version: '2' });
    this.#options.log.info({ resolved }, 'The ledger goes on in version 2');
  }

  async #checkOwnWord(): Promise<void> {
    if (!(await this.#disk.names()).includes(checkpointFile)) return;
    const file = await this.#disk.open(checkpointFile);
    const bytes = await file.read(0, await file.size());
    await file.close();
    const { fold } = this.#log;
    await checkOwnCheckpoint(bytes.toString('utf8'), {
      size: this.#recovered.index.state.tree.size,
      rootAt: (size) => this.#log.rootAt(size),
      // An empty ledger has no key of its own yet.
      keyAt: (size) => fold.keyAt(size) ?? this.#options.signer.verifierKey,
    });
  }

  #genesis(key: string): Entry {
    const origin = readVerifierKey(key)?.name ?? '';
    return {
      at: this.#now(),
      key,
      origin,
      type: 'genesis',
      unit: this.#options.unit ?? 'credit',
      version: '2',
    };
  }

  async #recoveryEntry(name: string): Promise<Entry> {
    const file = await this.#disk.open(name);
    const bytes = await file.read(0, await file.size());
    await file.close();
    this.#options.log.warn(
      { file: name, bytes: bytes.length },
      'A torn tail of the ledger was saved and cut',
    );
    const sha256 = hash('sha256', bytes, 'hex');
    return { at: this.#now(), bytes: String(bytes.length), file: name, sha256, type: 'recovery' };
  }

  async #appendOwn(entry: Entry): Promise<void> {
    const text = canonicalText(entry);
    const refusal = this.#log.fold.apply(entry); // These types need nothing of the tables.
    if (refusal !== undefined) throw new Error(`The ledger refused its own entry: ${refusal.reason}`);
    await this.#log.append([text], undefined);
  }

  #committed(block: CommittedBlock): void {
    this.#log.noteCommitted(block.first, block.texts);
    for (const listener of this.#listeners) this.#tell(listener, block);
    this.#snapshots.noteDurable(block.head.size);
    this.#cancelPublish ??= this.#options.clock.after(checkpointFileMs, () => void this.#publish());
  }

  /** A listener that throws changes nothing: the block is durable. */
  #tell(listener: (block: CommittedBlock) => void, block: CommittedBlock): void {
    try {
      listener(block);
    } catch (error) {
      this.#options.log.error({ error, first: block.first }, 'A listener of the ledger failed');
    }
  }

  /** Writes the newest checkpoint to its file. A failure is logged only: nothing depends on that file. */
  #publish(): Promise<void> {
    this.#cancelPublish?.();
    this.#cancelPublish = undefined;
    this.#publishing ??= this.#disk
      .replace(checkpointFile, Buffer.from(this.#log.head.note))
      .catch((error: unknown) =>
        this.#options.log.warn({ error }, 'The checkpoint file could not be written'),
      )
      .finally(() => (this.#publishing = undefined));
    return this.#publishing;
  }

  /** On a thread of its own, but for a disk that only this thread has. */
  #refreshSnapshot(): Promise<void> {
    const { dataDir } = this.#options;
    if (dataDir === undefined) return refreshSnapshot(this.#disk);
    const workerData = { folder: join(dataDir, ledgerFolder) };
    const worker = new Worker(new URL('snapshot-worker.ts', import.meta.url), { workerData });
    worker.unref();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => {
        this.#worker = undefined;
        resolve();
      });
    });
  }

  async #close(): Promise<void> {
    await this.#log.drain();
    this.#cancelPublish?.();
    // What it has written so far is worth no wait: everything is saved below.
    await this.#worker?.terminate();
    await this.#snapshots.settled();
    await this.#publishing;
    const { segments, head, index } = this.#recovered;
    if (this.failure === undefined) {
      await this.#publish();
      await this.#snapshots.saveLast();
    }
    await index.state.fold.tables.runs.close();
    await segments.close();
    await head.close();
    this.#unlock?.();
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

function wrongKey(expected: string, found: string): LedgerError {
  const [origin, other] = [readVerifierKey(expected)?.name, readVerifierKey(found)?.name];
  const message =
    origin === other
      ? `The ledger is signed with ${expected}, the key at hand is ${found}`
      : `The ledger's origin is "${origin}" and cannot be changed to "${other}"`;
  return new LedgerError('ledger_wrong_key', message, { expected, found });
}
