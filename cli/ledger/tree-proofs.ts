/** Proofs made from a ledger's files alone. */
import { tileLeaves, type MerkleTree } from '../../shared/ledger/merkle-tree.ts';
import type { LedgerSource } from './ledger-source.ts';
import { scanLedger, type ScanResult } from './scan.ts';

export interface ProofScan extends ScanResult {
  /** The canonical texts of the wanted entries, by index. */
  texts: Map<number, string>;
}

/** Scans the ledger and keeps in its tree the nodes around some leaves, and the texts of some entries. */
export async function scanForProofs(
  source: LedgerSource,
  leaves: readonly number[],
  entries: readonly number[],
): Promise<ProofScan> {
  const tiles = new Map(leaves.map((leaf) => [Math.floor(leaf / tileLeaves), [] as string[]]));
  const texts = new Map<number, string>();
  const result = await scanLedger(source, {
    onBlock: (block, _state, hashes) => {
      for (const [at, leaf] of hashes.entries())
        tiles.get(Math.floor((block.first + at) / tileLeaves))?.push(leaf);
      for (const index of entries) {
        const text = block.texts[index - block.first];
        if (text !== undefined) texts.set(index, text);
      }
    },
  });
  loadTiles(result.state.tree, tiles);
  return { ...result, texts };
}

function loadTiles(tree: MerkleTree, tiles: ReadonlyMap<number, string[]>): void {
  for (const [number, leaves] of tiles) {
    if (leaves.length === tileLeaves) tree.loadTile(number, leaves);
  }
}
