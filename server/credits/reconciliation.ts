/** Texts and ledger are written one after the other: this keeps them consistent, also after a crash. */
import { idWindowEntries } from '../../shared/ledger/fold-tables.ts';
import type { Ledger, LedgerLogger } from '../ledger/ledger.ts';
import type { Erased, Erasure, ExchangeErasure, ExchangeMark, ExchangeTexts } from './exchange-texts.ts';

/** Rows checked together; the search ends at a page on which every row has its entry. */
const PAGE_ROWS = 64;

export type ErasableTexts = Pick<ExchangeTexts, 'erase' | 'eraseAll' | 'erased' | 'sharersOfPrompt'>;

interface TextsAndLedger {
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly texts: Pick<ErasableTexts, 'erase' | 'eraseAll' | 'erased'>;
}

/**
 * Deletes texts, then records that: an entry that says "erased" must never be ahead of the erasing.
 * `onErased` is called in between, so that copies in memory are dropped as well. The index is that of the
 * entry for the first of the exchanges.
 */
export async function eraseExchanges(
  parts: TextsAndLedger,
  erasures: readonly ExchangeErasure[],
  onErased: (erased: Erased) => void,
): Promise<{ erased: number; index: number }> {
  const done = await parts.texts.erase(erasures);
  onErased(done);
  const indexes: number[] = [];
  for (const erasure of erasures) indexes.push(await noteErasure(parts, erasure));
  return { erased: done.exchanges, index: indexes[0] ?? 0 };
}

/** The same for everything of an account; without an index when there was nothing to erase. */
export async function eraseAccount(
  parts: TextsAndLedger,
  erasure: Erasure,
  onErased: (erased: Erased) => void,
): Promise<{ erased: number; index?: number }> {
  const done = await parts.texts.eraseAll(erasure);
  onErased(done);
  const { exchanges: erased } = done;
  if (erased === 0) {
    // An entry for each such request would let anyone fill the ledger.
    await parts.texts.erased(erasure.id);
    return { erased };
  }
  return { erased, index: await noteErasure(parts, erasure) };
}

/** The same after a crash as before it: with another one, the entry would be a different one. */
function reasonOf(by: string): string {
  return by === 'retention' ? 'retention' : 'on request';
}

interface Recovered {
  /** Open holds of version 1 belong to exchanges that a crash has ended. */
  readonly ledger: Pick<Ledger, 'accounts' | 'totals'>;
  readonly texts: ExchangeTexts;
}

/**
 * Repairs what a crash has left, before anything new happens: deletes the texts of exchanges that never
 * became durable in the ledger, and finishes erasures. Rejects when the store cannot be used.
 */
export async function reconcile(parts: Recovered, log: LedgerLogger): Promise<void> {
  const erasures = await parts.texts.pendingErasures();
  for (const erasure of erasures) await noteErasure(parts, erasure);
  if (erasures.length > 0) log.warn({ erasures: erasures.length }, 'Unfinished erasures were finished');
  const orphans = await discardOrphans(parts);
  if (orphans > 0) log.warn({ orphans }, 'What was said in unfinished exchanges was deleted');
}

/** Writes into the ledger that something is erased, after it is. */
export async function noteErasure(
  {
    ledger,
    texts,
  }: { readonly ledger: TextsAndLedger['ledger']; readonly texts: Pick<ErasableTexts, 'erased'> },
  erasure: Erasure,
): Promise<number> {
  const { id, account, exchange, by } = erasure;
  const of = exchange === null ? {} : { exchange };
  const { index } = await ledger.accounts.erase({ id, account, by, reason: reasonOf(by), ...of });
  await texts.erased(id);
  return index;
}

/**
 * Each row says how many entries there were before the oldest exchange that was not settled when it was
 * written; so no older row than the newest one says can be an orphan. With version 1 of the ledger it did
 * not, but an exchange that was not settled had an open hold, or its number was among the newest.
 */
async function discardOrphans({ ledger, texts }: Recovered): Promise<number> {
  await requireWholeLedger(ledger, texts);
  const orphans: string[] = [];
  for (const id of ledger.accounts.openHoldIds()) if (await texts.read(id)) orphans.push(id);
  let below = Number.MAX_SAFE_INTEGER;
  let oldest: number | undefined;
  for (;;) {
    const page = await texts.newestBelow(below, PAGE_ROWS);
    const before = orphans.length;
    oldest ??= page[0]?.entriesBefore;
    for (const mark of page) {
      if (!orphans.includes(mark.id) && (await isOrphan(ledger, mark))) orphans.push(mark.id);
    }
    const last = page.at(-1);
    below = last?.number ?? 0;
    const mayBeMore = orphans.length > before || (last?.entriesBefore ?? 0) >= (oldest ?? 0);
    if (page.length < PAGE_ROWS || !mayBeMore) break;
  }
  if (orphans.length > 0) await texts.discard(orphans);
  return orphans.length;
}

/**
 * A row is written when the ledger has at least this many durable entries. A ledger that has fewer now is
 * older than the texts, or a different one: deleting what it does not know would lose acknowledged exchanges.
 */
async function requireWholeLedger(ledger: Recovered['ledger'], texts: ExchangeTexts): Promise<void> {
  const [newest] = await texts.newestBelow(Number.MAX_SAFE_INTEGER, 1);
  const { entries } = ledger.totals;
  if (!newest || newest.entriesBefore <= entries) return;
  throw new Error(
    `The texts were written beside a ledger of ${newest.entriesBefore} entries or more, this one has ` +
      `${entries}; restore the newer ledger, or move the database away`,
  );
}

/** Only what the ledger certainly does not mention: it forgets ids after some time. */
async function isOrphan(ledger: Recovered['ledger'], { id, entriesBefore }: ExchangeMark): Promise<boolean> {
  const entry = await ledger.accounts.newestWithId(id);
  if (entry) return entry.type !== 'charge' && entry.type !== 'settle' && entry.type !== 'exchange';
  return entriesBefore > ledger.totals.entries - idWindowEntries;
}
