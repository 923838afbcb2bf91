import type { Block } from '../../shared/ledger/block-text.ts';
import { exitCodes, type CommandIo } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import { progressBar } from './progress.ts';
import { scanLedger, type PlacedFault, type ScanResult } from './scan.ts';
import { readCheckpointWitness, WitnessCheck, type Witness, type WitnessFault } from './witness-check.ts';

export interface VerifyOptions {
  /** What somebody kept elsewhere: checkpoints and receipts. */
  witnesses: readonly Witness[];
  /** The verifier key that the ledger must begin with; without it, the ledger's own word is taken. */
  key?: string;
  threads?: number;
  onBlock?: (block: Block) => void;
  onProgress?: (bytes: number, total: number) => void;
}

export type Verdict =
  | { status: 'verified' | 'unwitnessed'; facts: LedgerFacts }
  | { status: 'bad'; fault: PlacedFault | WitnessFault };

export interface LedgerFacts {
  origin: string;
  key: string;
  blocks: number;
  entries: number;
  bytes: number;
  unfinishedBytes: number;
  root: string;
  issued: number;
  revenue: number;
  accounts: number;
  openHolds: number;
  witnesses: string[];
}

/** Verifies a ledger against itself and against all witnesses. */
export async function verifyLedger(source: LedgerSource, options: VerifyOptions): Promise<Verdict> {
  // The checkpoint beside the segments must agree too, but whoever rewrites the one can rewrite the other.
  const own = source.checkpoint === undefined ? [] : [readCheckpointWitness('checkpoint', source.checkpoint)];
  const check = new WitnessCheck([...own, ...options.witnesses]);
  const { threads, onProgress, onBlock } = options;
  const result = await scanLedger(source, {
    ...(threads === undefined ? {} : { threads }),
    ...(onProgress === undefined ? {} : { onProgress }),
    onBlock: (block, state) => {
      check.noteBlock(block, state);
      onBlock?.(block);
    },
  });
  if (result.fault !== undefined) return { status: 'bad', fault: result.fault };
  const fault = checkKey(result, options.key) ?? check.finish(result.state);
  if (fault !== undefined) return { status: 'bad', fault };
  const witnesses = options.witnesses.map((item) => item.name);
  return {
    status: witnesses.length > 0 ? 'verified' : 'unwitnessed',
    facts: factsOf(result, witnesses),
  };
}

export async function verifyCommand(
  source: LedgerSource,
  options: VerifyOptions & { json: boolean },
  io: CommandIo,
): Promise<number> {
  const onProgress = progressBar(io, 'Verifying', () => performance.now());
  const verdict = await verifyLedger(source, { ...options, onProgress });
  if (options.json) io.stdout.write(`${JSON.stringify(verdict)}\n`);
  else
    io.stdout.write(verdict.status === 'bad' ? describeFault(verdict.fault) : describeFacts(verdict.facts));
  return verdict.status === 'bad' ? exitCodes.bad : exitCodes[verdict.status];
}

function checkKey(result: ScanResult, key: string | undefined): WitnessFault | undefined {
  const found = result.state.fold.keys[0]?.key ?? 'none';
  return key === undefined || key === found
    ? undefined
    : { witness: '--key', what: 'key', expected: key, found };
}

function factsOf(result: ScanResult, witnesses: string[]): LedgerFacts {
  const { state, bytes, unfinishedBytes } = result;
  const { fold, tree, blocks } = state;
  return {
    origin: fold.origin,
    key: fold.keyAt(Number.MAX_SAFE_INTEGER) ?? '',
    blocks,
    entries: tree.size,
    bytes,
    unfinishedBytes,
    root: Buffer.from(tree.head().root).toString('base64'),
    issued: fold.issued,
    revenue: fold.revenue,
    accounts: fold.accounts.size,
    openHolds: fold.openHolds.size,
    witnesses,
  };
}

/** One line that names the place, then what was expected and found. */
export function describeFault(fault: PlacedFault | WitnessFault): string {
  const entry = fault.entry === undefined ? '' : `, entry ${fault.entry}`;
  const place =
    'witness' in fault
      ? `against ${fault.witness}${entry}`
      : `in ${fault.segment} at byte ${fault.offset} (block ${fault.block}${entry})`;
  return `BAD ${place}: ${fault.what}\n  expected ${fault.expected}\n  found    ${fault.found}\n`;
}

function describeFacts(facts: LedgerFacts): string {
  const unfinished = facts.unfinishedBytes > 0 ? `, ${facts.unfinishedBytes} unfinished after them` : '';
  const lines = [
    `${facts.entries} entries in ${facts.blocks} blocks, ${facts.bytes} bytes${unfinished}`,
    `origin   ${facts.origin}`,
    `key      ${facts.key}`,
    `root     ${facts.root}`,
    `credits  ${facts.issued} issued, ${facts.revenue} spent, ${facts.accounts} accounts, ` +
      `${facts.openHolds} open holds`,
    facts.witnesses.length > 0
      ? `VERIFIED and in agreement with ${facts.witnesses.join(', ')}`
      : 'CONSISTENT in itself, but not compared with any checkpoint or receipt kept elsewhere:\n' +
        'a rewritten or shortened file would look the same (--checkpoint FILE, --receipt FILE)',
  ];
  return `${lines.join('\n')}\n`;
}
