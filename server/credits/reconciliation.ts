/** Content and ledger are two files: what keeps them of one mind, also when a crash comes in between. */
import { idWindowEntries } from '../../shared/ledger/fold.ts';
import type { LedgerLogger, Ledger } from '../ledger/ledger.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { ContentMark, PendingErasure } from '../store/content-queries.ts';

/**
 * Rows looked at together. Rows come in the order of their exchanges, so that those without one are the
 * newest; a whole page of rows that have theirs is the end of the search.
 */
const PAGE_ROWS = 64;

interface ContentAndLedger {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
}

/**
 * Deletes content, then says so in the ledger: an entry that says "erased" must never be ahead of the
 * erasing.
 */
export async function eraseContent(
  parts: ContentAndLedger,
  erasure: PendingErasure,
  contentId?: string,
): Promise<{ erased: number; index?: number }> {
  const erased = await parts.contents.erase(erasure, contentId);
  if (erased === 0 && erasure.exchange === null) {
    // Nothing was there: an entry for each such request would let anybody fill the ledger.
    await parts.contents.erased(erasure.id);
    return { erased };
  }
  return { erased, index: await noteErasure(parts, erasure) };
}

/**
 * Puts right what a crash has left, before anything new happens: deletes content whose exchange never became
 * durable, and finishes erasures. Rejects when the store cannot be used.
 */
export async function recoverContents(parts: ContentAndLedger, log: LedgerLogger): Promise<void> {
  const erasures = await parts.contents.pendingErasures();
  for (const erasure of erasures) await noteErasure(parts, erasure);
  if (erasures.length > 0) log.warn({ erasures: erasures.length }, 'Unfinished erasures were finished');
  const orphans = await discardOrphans(parts);
  if (orphans > 0) log.warn({ orphans }, 'What was said in unfinished exchanges was deleted');
}

async function noteErasure({ ledger, contents }: ContentAndLedger, erasure: PendingErasure): Promise<number> {
  const { id, account, exchange, by } = erasure;
  const of = exchange === null ? {} : { exchange };
  const { index } = await ledger.accounts.erase({ id, account, by, reason: 'on request', ...of });
  await contents.erased(id);
  return index;
}

async function discardOrphans({ ledger, contents }: ContentAndLedger): Promise<number> {
  await requireWholeLedger(ledger, contents);
  let count = 0;
  let below = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await contents.newestBelow(below, PAGE_ROWS);
    const orphans: string[] = [];
    for (const mark of page) if (await isOrphan(ledger, mark)) orphans.push(mark.id);
    if (orphans.length > 0) await contents.discard(orphans);
    count += orphans.length;
    below = page.at(-1)?.number ?? 0;
    if (page.length < PAGE_ROWS || orphans.length === 0) return count;
  }
}

/**
 * A row is written when the ledger has at least so many durable entries. One that has fewer now is older than
 * the texts, or another one: to delete what it does not know would be to lose what was acknowledged.
 */
async function requireWholeLedger(ledger: Ledger, contents: ContentStore): Promise<void> {
  const [newest] = await contents.newestBelow(Number.MAX_SAFE_INTEGER, 1);
  const { entries } = ledger.totals;
  if (!newest || newest.entriesBefore <= entries) return;
  throw new Error(
    `It was written beside a ledger of ${newest.entriesBefore} entries or more, this one has ${entries}; ` +
      'restore the newer ledger, or move content.sqlite away',
  );
}

/** Only what the ledger surely does not speak of: it forgets ids in time. */
async function isOrphan(ledger: Ledger, { id, entriesBefore }: ContentMark): Promise<boolean> {
  const entry = await ledger.accounts.newestWithId(id);
  if (entry) return entry.type !== 'settle';
  return entriesBefore > ledger.totals.entries - idWindowEntries;
}
