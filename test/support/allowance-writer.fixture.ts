/** A process that sets an allowance, and stands still before or after its entry, to be killed. */
import { ManualClock } from '../../shared/clock.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { AllowanceRows } from '../../server/credits/allowance-rows.ts';
import { PeriodAllowances, type PeriodAllowancesOptions } from '../../server/credits/period-allowances.ts';
import { openLedger } from '../../server/ledger/ledger.ts';
import { silentLog } from '../../server/store/store.fixture.ts';
import { openStore } from '../../server/store/store.ts';

export const ALLOWED = 'team:lab';
export const SET_AT_MS = Date.parse('2026-09-04T12:00:00Z');

export interface AllowancePlace {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly atMs: number;
}

type Renew = PeriodAllowancesOptions['accounts']['renew'];

/** Allowances on a real store and a real ledger in files; `around` stands between the two. */
export async function openAllowances(
  { dataDir, databaseUrl, atMs }: AllowancePlace,
  around = (renew: Renew): Renew => renew,
) {
  const clock = new ManualClock(atMs);
  const signer = createNoteSigner('killed.test/ledger', Buffer.alloc(32, 5));
  const store = await openStore({ dataDir, databaseUrl, clock, log: silentLog });
  const ledger = await openLedger({ dataDir, signer, clock, log: silentLog });
  const { accounts } = ledger;
  const allowances = new PeriodAllowances({
    rows: new AllowanceRows(store),
    accounts: {
      account: (name) => accounts.account(name),
      hasId: (id) => accounts.hasId(id),
      isLoaded: (need) => accounts.isLoaded(need),
      newestWithId: (id) => accounts.newestWithId(id),
      prepare: (needs) => accounts.prepare(needs),
      renew: around((request) => accounts.renew(request)),
    },
    spending: { onSpent: () => {} },
    clock,
    log: silentLog,
  });
  const close = async () => {
    await allowances.close();
    await ledger.close();
    await store.close();
  };
  return { ledger, allowances, close };
}

if (import.meta.main) {
  const [dataDir = '', where = '', databaseUrl] = process.argv.slice(2);
  // Whoever has started it is gone.
  process.on('disconnect', () => process.exit());
  const { allowances } = await openAllowances({ dataDir, databaseUrl, atMs: SET_AT_MS }, (renew) => {
    return async (request) => {
      if (where === 'after the entry') await renew(request);
      process.send?.(where);
      return new Promise(() => {});
    };
  });
  const terms = { credits: 100, period: 'day', timeZone: 'America/Santiago', carriedMax: 50 } as const;
  await allowances.set(ALLOWED, terms);
}
