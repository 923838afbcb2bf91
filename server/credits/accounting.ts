/** Everything that keeps accounts, opened together and closed in order. */
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { isSegmentName, ledgerFolder } from '../../shared/ledger/layout.ts';
import type { Unlock } from '../../shared/folder-lock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { ServerConfig } from '../config/config.ts';
import type { Meter } from './meter.ts';
import { loadLedgerSigner } from '../ledger/ledger-key.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import { lockLedgerFolder } from '../ledger/lock.ts';
import type { Log } from '../observability/log.ts';
import { openContentStore, type ContentStore } from '../store/content-store.ts';
import { StatementIndex } from '../store/statement-index.ts';
import { AdminKey } from '../identity/admin-key.ts';
import { AnonymousGrants } from './anonymous-grants.ts';
import { recoverContents } from './reconciliation.ts';
import { LedgerMeter } from './ledger-meter.ts';

export const ACCOUNTING_LIMITS = {
  anonymousWindowMs: 24 * 60 * 60 * 1_000,
  expirySweepMs: 10_000,
} as const;

export interface Accounting {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  readonly statements: StatementIndex;
  readonly adminKey: AdminKey;
  readonly meter: Meter;
  /** Whether exchanges can be written down. */
  readonly isOpen: () => boolean;
  close(): Promise<void>;
}

export interface AccountingDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: (size: number) => Buffer;
}

/**
 * Rejects with a `LedgerError` when another server has the data directory, or the ledger is damaged or signed
 * with another key; with an `Error` that names the file when a key or a database cannot be used.
 */
export async function openAccounting(
  config: ServerConfig,
  dependencies: AccountingDependencies,
): Promise<Accounting> {
  const dataDir = config.DATA_DIR;
  await prepareFolder(dataDir);
  // Before the keys: of two servers that make them at once, one would sign with a key that is in no file.
  const unlock = lockLedgerFolder(dataDir);
  const opened: Opened = { unlock };
  try {
    return await openAll(config, dependencies, opened);
  } catch (error) {
    // Why it did not open is what matters.
    await closeAll(opened).catch(() => {});
    throw error;
  }
}

/** What there is to close, in the order of opening. */
interface Opened {
  readonly unlock: Unlock;
  ledger?: Ledger;
  contents?: ContentStore;
  statements?: StatementIndex;
  stopSweep?: () => void;
}

async function openAll(
  config: ServerConfig,
  dependencies: AccountingDependencies,
  opened: Opened,
): Promise<Accounting> {
  const { clock, log, randomBytes } = dependencies;
  const dataDir = config.DATA_DIR;
  const keys = join(dataDir, 'keys');
  const adminKey = await AdminKey.open(join(keys, 'admin.key'), randomBytes);
  await requireKeyOf(join(dataDir, ledgerFolder), join(keys, 'ledger.key'));
  const signer = await loadLedgerSigner(join(keys, 'ledger.key'), config.LEDGER_ORIGIN, randomBytes);
  const ledger = (opened.ledger = await openLedger({ dataDir, signer, clock, log }));
  const contentPath = join(dataDir, 'content.sqlite');
  const contents = (opened.contents = openContentStore(contentPath));
  await recoverContents({ ledger, contents }, log).catch((error: unknown) => {
    throw new Error(`The content store ${contentPath} cannot be used: ${words(error)}`, { cause: error });
  });
  const statements = new StatementIndex(join(dataDir, 'statements.sqlite'), ledger);
  opened.statements = statements;
  const meter = new LedgerMeter({
    ledger,
    contents,
    anonymous: anonymousGrants(config, clock),
    clock,
    log,
    randomBytes,
    holdTtlMs: config.HOLD_TTL_SECONDS * 1_000,
    epoch: randomBytes(6).toString('hex'),
  });
  opened.stopSweep = sweepHolds(ledger, meter, clock, log);
  const isOpen = () => ledger.failure === undefined && contents.failure === undefined;
  return { ledger, contents, statements, adminKey, meter, isOpen, close: () => closeAll(opened) };
}

async function closeAll({ unlock, ledger, contents, statements, stopSweep }: Opened): Promise<void> {
  stopSweep?.();
  // It reads the ledger.
  await statements?.close();
  await ledger?.close();
  await contents?.close();
  unlock();
}

/** A new key could not go on with an old ledger, and would hide that the right one is missing. */
async function requireKeyOf(folder: string, keyPath: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (!names.some(isSegmentName) || existsSync(keyPath)) return;
  throw new Error(`The key ${keyPath} is missing, and the ledger beside it was signed with it; restore it`);
}

/** Private: here is what people said. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`DATA_DIR ${folder} cannot be written: ${words(error)}`, { cause: error });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function anonymousGrants(config: ServerConfig, clock: Clock): AnonymousGrants {
  return new AnonymousGrants({
    clock,
    credits: config.ANONYMOUS_CREDITS,
    creditsPerAddress: config.ANONYMOUS_CREDITS_PER_ADDRESS,
    windowMs: ACCOUNTING_LIMITS.anonymousWindowMs,
    addressesMax: config.limits.addressesTrackedMax,
    keyOf: addressKey,
    isExempt: (address) => config.ADDRESS_LIMIT_EXEMPT.has(address),
  });
}

/** Holds that nobody ended in time; there are none unless something went wrong. */
function sweepHolds(ledger: Ledger, meter: LedgerMeter, clock: Clock, log: Log): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(ACCOUNTING_LIMITS.expirySweepMs, () => {
      ledger.accounts
        .expireDue((id) => meter.isInUse(id))
        .then(
          (expired) => {
            if (expired > 0) log.warn({ expired }, 'Holds were open for too long and have expired');
          },
          (error: unknown) => log.error({ err: error }, 'Holds could not be expired'),
        );
      next();
    });
  };
  next();
  return () => cancel();
}
