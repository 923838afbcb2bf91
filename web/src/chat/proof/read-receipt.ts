/** What a receipt says, before anything of it is proved. */
import { parseCheckpoint, type Checkpoint } from '../../../../shared/ledger/checkpoint.ts';
import { parseSignedNote, type SignedNote } from '../../../../shared/ledger/signed-note.ts';
import { parseTlogProof } from '../../../../shared/ledger/tlog-proof.ts';
import { isRecord, textOf } from '../../../../shared/client/message.ts';

export interface ReadReceipt {
  readonly index: number;
  readonly entry: ExchangeEntry;
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
}

/**
 * The members of an exchange, all texts; docs/ledger.md explains them. In version 1 of the ledger an exchange
 * has no amount.
 */
export interface ExchangeEntry {
  readonly type: string;
  readonly account: string;
  readonly amount: string;
  readonly at: string;
  readonly trace: string;
  readonly model: string;
  readonly finish: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly usage: string;
  readonly degraded: string;
  readonly prompt: string;
  readonly answer: string;
}

export function readReceipt(text: string): ReadReceipt | undefined {
  const proof = parseTlogProof(text);
  const note = proof && parseSignedNote(proof.checkpoint);
  const checkpoint = note && parseCheckpoint(note.text);
  const entry = proof?.extra && readEntry(new TextDecoder().decode(proof.extra));
  if (!proof || !note || !checkpoint || !entry) return undefined;
  return { index: proof.index, entry, checkpoint, note };
}

export function readEntry(text: string): ExchangeEntry | undefined {
  const value = parse(text);
  if (!isRecord(value)) return undefined;
  return {
    type: textOf(value['type']),
    account: textOf(value['account']),
    amount: textOf(value['amount']),
    at: textOf(value['at']),
    trace: textOf(value['trace']),
    model: textOf(value['model']),
    finish: textOf(value['finish']),
    inputTokens: textOf(value['inputTokens']),
    outputTokens: textOf(value['outputTokens']),
    usage: textOf(value['usage']),
    degraded: textOf(value['degraded']),
    prompt: textOf(value['prompt']),
    answer: textOf(value['answer']),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
