import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { formatTlogProof } from '../../shared/ledger/tlog-proof.ts';
import { exitCodes, UsageError, type CommandIo } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import { scanForProofs } from './tree-proofs.ts';
import { describeFault } from './verify.ts';

export interface ProveOptions {
  index: number;
  /** A signed checkpoint to prove against; by default the one in the folder of the segments. */
  checkpoint?: string;
  json: boolean;
}

/** Prints a receipt (C2SP tlog-proof) for one entry. */
export async function proveCommand(
  source: LedgerSource,
  options: ProveOptions,
  io: CommandIo,
): Promise<number> {
  const { index } = options;
  const note = options.checkpoint ?? source.checkpoint;
  const checkpoint =
    note === undefined ? undefined : parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
  if (note === undefined || checkpoint === undefined)
    throw new UsageError('There is no checkpoint to prove against');
  const { size } = checkpoint;
  if (index >= size) throw new UsageError(`The checkpoint covers entries 0 to ${size - 1}, not ${index}`);
  const scan = await scanForProofs(source, [index, size - 1], [index]);
  if (scan.fault !== undefined) {
    io.stderr.write(describeFault(scan.fault));
    return exitCodes.bad;
  }
  const { tree, fold } = scan.state;
  const key = readVerifierKey(fold.keyAt(size) ?? '');
  const isSigned = key !== undefined && openNote(note, key) !== undefined;
  const head = size <= tree.size ? tree.head(size) : undefined;
  if (head === undefined || !isSigned || Buffer.compare(head.root, checkpoint.root) !== 0) {
    io.stderr.write(`BAD checkpoint: it is not one of this ledger's\n`);
    return exitCodes.bad;
  }
  const extra = Buffer.from(scan.texts.get(index) ?? '', 'latin1');
  const receipt = formatTlogProof({
    index,
    proof: tree.inclusionProof(index, head),
    checkpoint: note,
    extra,
  });
  io.stdout.write(options.json ? `${JSON.stringify({ index, size, receipt })}\n` : receipt);
  return exitCodes.verified;
}
