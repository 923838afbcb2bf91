import { LedgerState } from '../../shared/ledger/verifier.ts';
import { tileLeaves } from '../../shared/ledger/merkle-tree.ts';
import { RunSet } from './run-set.ts';
import { StoredTables, type TableLimits } from './stored-tables.ts';

/**
 * What the running ledger knows of its file: the verified state, its length, and where to find each entry.
 */
export interface LedgerIndex {
  state: LedgerState<StoredTables>;
  /** Length of the joined segments up to the end of the last block. */
  bytes: number;
  /** For each tile of 256 entries the offset of the block that holds the tile's first entry. */
  tileOffsets: number[];
}

export function emptyIndex(limits?: TableLimits): LedgerIndex {
  return { state: new LedgerState(new StoredTables(RunSet.empty(), 0, limits)), bytes: 0, tileOffsets: [] };
}

/** Notes where the tiles that begin in this block are found. */
export function noteBlock(index: LedgerIndex, first: number, count: number, offset: number): void {
  while (index.tileOffsets.length * tileLeaves < first + count) index.tileOffsets.push(offset);
}
