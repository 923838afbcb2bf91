/** Verifies the ledger of a copy. */
import type { Block } from '../../shared/ledger/block-text.ts';
import { openLedgerSource } from '../ledger/ledger-source.ts';
import { describeFault, verifyLedger, type LedgerFacts } from '../ledger/verify.ts';

export interface CheckedCopy {
  readonly facts: LedgerFacts;
  /** Whether an entry from the given one on records an erasure. */
  readonly withErasures: boolean;
}

/** Verifies the whole copied ledger. Rejects when it is damaged. */
export async function checkCopy(draft: string, firstNew = Infinity): Promise<CheckedCopy> {
  let withErasures = false;
  const noteBlock = ({ first, entries }: Block): void => {
    if (first + entries.length <= firstNew) return;
    withErasures ||= entries.some(({ type }, at) => type === 'erase' && first + at >= firstNew);
  };
  const source = await openLedgerSource(draft);
  try {
    const verdict = await verifyLedger(source, { witnesses: [], onBlock: noteBlock });
    if (verdict.status === 'bad') throw new Error(describeFault(verdict.fault).trimEnd());
    return { facts: verdict.facts, withErasures };
  } finally {
    await source.close();
  }
}
