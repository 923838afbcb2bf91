/** Everything that keeps accounts, opened together and closed in order. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { matchesCidr } from '../../shared/environment.ts';
import { addressKey } from '../admission.ts';
import type { ServerConfig } from '../config.ts';
import type { Meter } from '../exchange/meter.ts';
import { loadLedgerSigner } from '../ledger/ledger-key.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { openContentStore, type ContentStore } from '../store/content-store.ts';
import { StatementIndex } from '../store/statement-index.ts';
import { AdminKey } from './admin-key.ts';
import { AnonymousGrants } from './anonymous-grants.ts';
import { LedgerMeter } from './ledger-meter.ts';
import { PriceTable } from './price-table.ts';

export const BOOKS_LIMITS = {
  anonymousWindowMs: 24 * 60 * 60 * 1_000,
  expirySweepMs: 10_000,
} as const;

export interface Books {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  readonly statements: StatementIndex;
  readonly adminKey: AdminKey;
  readonly meter: Meter;
  close(): Promise<void>;
}

export interface BooksDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: (size: number) => Buffer;
}

/** Rejects with a `LedgerError` when the ledger is locked, damaged or signed with another key. */
export async function openBooks(config: ServerConfig, dependencies: BooksDependencies): Promise<Books> {
  const { clock, log, randomBytes } = dependencies;
  const dataDir = config.DATA_DIR;
  // Private: here is what people said.
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const keys = join(dataDir, 'keys');
  const adminKey = await AdminKey.open(join(keys, 'admin.key'), randomBytes);
  const signer = await loadLedgerSigner(join(keys, 'ledger.key'), config.LEDGER_ORIGIN, randomBytes);
  const ledger = await openLedger({ dataDir, signer, clock, log });
  const contents = openContentStore(join(dataDir, 'content.sqlite'));
  const statements = new StatementIndex(join(dataDir, 'statements.sqlite'), ledger);
  const meter = new LedgerMeter({
    ledger,
    contents,
    prices: new PriceTable(config.MODEL_PRICES),
    anonymous: new AnonymousGrants({
      clock,
      credits: config.ANONYMOUS_CREDITS,
      creditsPerAddress: config.ANONYMOUS_CREDITS_PER_ADDRESS,
      windowMs: BOOKS_LIMITS.anonymousWindowMs,
      addressesMax: config.limits.addressesTrackedMax,
      keyOf: addressKey,
      isExempt: (address) => matchesCidr(address, config.ADDRESS_LIMIT_EXEMPT),
    }),
    clock,
    randomBytes,
    holdTtlMs: config.HOLD_TTL_SECONDS * 1_000,
    epoch: randomBytes(6).toString('hex'),
  });
  const stopSweep = sweepHolds(ledger, clock, log);
  return {
    ledger,
    contents,
    statements,
    adminKey,
    meter,
    async close() {
      stopSweep();
      await ledger.close();
      await statements.close();
      await contents.close();
    },
  };
}

/** Holds that nobody ended in time; there are none unless something went wrong. */
function sweepHolds(ledger: Ledger, clock: Clock, log: Log): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(BOOKS_LIMITS.expirySweepMs, () => {
      ledger.accounts.expireDue().then(
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
