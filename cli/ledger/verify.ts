import type { Block } from '../../shared/ledger/block-text.ts';
import { exitCodes, type CommandIo } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import type { VerifierKey } from '../../shared/ledger/signed-note.ts';
import { checkCosignatures, cosignedBy, uncheckedNames, type Cosigned } from './cosignature-check.ts';
import { progressBar } from '../progress.ts';
import { scanLedger, type PlacedFault, type ScanResult } from './scan.ts';
import { readCheckpointWitness, WitnessCheck, type Witness, type WitnessFault } from './witness-check.ts';

export interface VerifyOptions {
  /** Trusted checkpoints and receipts, which somebody kept elsewhere. */
  witnesses: readonly Witness[];
  /** Keys of witnesses: each must have cosigned one of the checkpoints. */
  witnessKeys?: readonly VerifierKey[];
  /** The verifier key that the ledger must begin with; without it, the key in the ledger is trusted. */
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
  spent: number;
  accounts: number;
  openHolds: number;
  comparedWith: Comparison[];
}

/** A file that the ledger agrees with. */
export interface Comparison {
  name: string;
  /** The number of entries that the file covers. */
  entries: number;
  isBeside: boolean;
  cosigned: Cosigned[];
  /** Names of cosigners whose keys were not given. */
  unchecked: string[];
}

/** Verifies a ledger against itself and against all witnesses. */
export async function verifyLedger(source: LedgerSource, options: VerifyOptions): Promise<Verdict> {
  // The checkpoint in the ledger's folder must agree too, but anyone who can rewrite one can rewrite both.
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
  const { witnesses, witnessKeys = [] } = options;
  const fault =
    checkKey(result, options.key) ?? check.finish(result.state) ?? checkCosignatures(witnesses, witnessKeys);
  if (fault !== undefined) return { status: 'bad', fault };
  const comparedWith = witnesses.map((witness) => ({
    name: witness.name,
    entries: witness.checkpoint.size,
    isBeside: witness.isBeside,
    cosigned: cosignedBy(witness, witnessKeys),
    unchecked: uncheckedNames(witness, witnessKeys),
  }));
  return {
    status: comparedWith.some(showsSomething) ? 'verified' : 'unwitnessed',
    facts: factsOf(result, comparedWith),
  };
}

/** A file in the ledger's own folder is evidence only when somebody else has signed it. */
function showsSomething({ isBeside, cosigned }: Comparison): boolean {
  return !isBeside || cosigned.length > 0;
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

function factsOf(result: ScanResult, comparedWith: Comparison[]): LedgerFacts {
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
    spent: fold.revenue,
    accounts: fold.accountCount,
    openHolds: fold.openHolds.size,
    comparedWith,
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
    `credits  ${facts.issued} issued, ${facts.spent} spent, ${facts.accounts} accounts, ` +
      `${facts.openHolds} open holds`,
    ...describeComparisons(facts),
  ];
  return `${lines.join('\n')}\n`;
}

/** States only what the comparison has shown. */
function describeComparisons({ comparedWith, entries }: LedgerFacts): string[] {
  const shown = comparedWith.filter(showsSomething);
  const lines = comparedWith.map(describeComparison);
  if (shown.length === 0) {
    return [
      'CONSISTENT in itself, but not compared with any checkpoint or receipt kept elsewhere:',
      'a rewritten or shortened file would look the same (--checkpoint FILE, --receipt FILE)',
      ...lines,
    ];
  }
  const upTo = Math.max(...shown.map((each) => each.entries));
  const rest =
    upTo < entries ? [`Entries from ${upTo} on are consistent, but were compared with nothing`] : [];
  return [`VERIFIED: none of the first ${upTo} entries was changed or removed`, ...lines, ...rest];
}

function describeComparison({ name, entries, isBeside, cosigned, unchecked }: Comparison): string {
  const words = [
    `  ${name}: ${entries} entries`,
    ...cosigned.map(({ by, at }) => `cosigned by ${by} at ${at}`),
    ...(unchecked.length > 0 ? [`cosignatures not checked: ${unchecked.join(' ')} (--witness VKEY)`] : []),
    ...(isBeside ? ['in the folder of the ledger itself'] : []),
  ];
  return words.join(', ');
}
