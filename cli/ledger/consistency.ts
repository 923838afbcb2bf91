import { verifyConsistency } from '../../shared/ledger/tree-hash.ts';
import { exitCodes, UsageError, type CommandIo } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import { scanForProofs } from './tree-proofs.ts';
import { describeFault } from './verify.ts';
import type { Witness } from './witness-check.ts';

export interface ConsistencyOptions {
  /** Sizes from the command line; the sizes of the checkpoints come before them. */
  sizes: readonly number[];
  checkpoints: readonly Witness[];
  json: boolean;
}

/**
 * Prints the proof that a later state of the ledger extends an earlier one, and checks it against given
 * checkpoints.
 */
export async function consistencyCommand(
  source: LedgerSource,
  options: ConsistencyOptions,
  io: CommandIo,
): Promise<number> {
  const given = [...options.checkpoints.map((item) => item.checkpoint.size), ...options.sizes];
  const [oldSize, wantedSize] = given.sort((a, b) => a - b);
  if (oldSize === undefined || oldSize < 1 || given.length > 2) {
    throw new UsageError(
      'consistency takes an old and, if wanted, a new size, as numbers or --checkpoint files',
    );
  }
  const leaves = wantedSize === undefined ? [oldSize - 1] : [oldSize - 1, wantedSize - 1];
  const scan = await scanForProofs(source, leaves, []);
  if (scan.fault !== undefined) {
    io.stderr.write(describeFault(scan.fault));
    return exitCodes.bad;
  }
  const { tree } = scan.state;
  const newSize = wantedSize ?? tree.size;
  if (newSize > tree.size) {
    io.stderr.write(`BAD: ${newSize} entries expected, the ledger has ${tree.size}\n`);
    return exitCodes.bad;
  }
  const newHead = tree.head(newSize);
  const roots = new Map([
    [oldSize, oldSize === newSize ? newHead.root : tree.head(oldSize).root],
    [newSize, newHead.root],
  ]);
  const proof = tree.consistencyProof(oldSize, newHead);
  for (const { checkpoint } of options.checkpoints) roots.set(checkpoint.size, checkpoint.root);
  const [oldRoot, newRoot] = [roots.get(oldSize), roots.get(newSize)];
  const holds =
    oldRoot !== undefined &&
    newRoot !== undefined &&
    verifyConsistency(oldSize, newSize, proof, oldRoot, newRoot);
  const hashes = proof.map((item) => Buffer.from(item).toString('base64'));
  if (options.json) io.stdout.write(`${JSON.stringify({ oldSize, newSize, proof: hashes, holds })}\n`);
  else io.stdout.write(`old ${oldSize}\nnew ${newSize}\n${hashes.map((item) => `${item}\n`).join('')}`);
  if (!holds) io.stderr.write('BAD: the ledger does not extend the given checkpoint\n');
  return holds ? exitCodes.verified : exitCodes.bad;
}
