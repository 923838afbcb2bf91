/** What the page knows of the proof of an answer, and what it needs to find out. */
import type { ReceiptFault } from '../../../../shared/ledger/receipt.ts';

/** A receipt as it is kept with its turn. */
export interface KeptReceipt {
  readonly index: number;
  /** C2SP tlog-proof text; empty until it was asked for. */
  readonly proof: string;
  /** Base64; empty once the content was erased. */
  readonly promptSalt: string;
  readonly answerSalt: string;
  /**
   * Size of the kept checkpoint with which this one was shown to be consistent, so that a reload need not ask
   * again for each; 0 when that has not been shown.
   */
  readonly linkedWith: number;
}

/** What an answer's receipt must show. */
export interface ProofClaim {
  readonly receipt: KeptReceipt;
  readonly trace: string;
  readonly prompt: string;
  /** As the server has told them. */
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly answer: string;
  /** In credits; undefined when the page does not know. */
  readonly charged: number | undefined;
  /** Texts and salts are gone; only the entry can be shown. */
  readonly erased: boolean;
}

/** Found in the proof, or against what this browser has kept. */
export type ProofFault =
  | Exclude<ReceiptFault, 'other_entry'>
  | 'other_exchange'
  | 'prompt_differs'
  | 'answer_differs'
  | 'cost_differs'
  | 'key_changed'
  | 'inconsistent'
  | 'shrunk';

/** Why nothing could be shown, neither that the answer is proved nor that it is not. */
export type UncheckedReason = 'insecure' | 'unsupported' | 'disconnected' | 'unavailable';

export interface ProofFacts {
  /** Entries of the ledger when its state was signed. */
  readonly size: number;
  readonly verifierKey: string;
  /** Wall time at which this browser first saw the key. */
  readonly keySinceMs: number;
  /** The kept checkpoint with which this one is consistent; its own size when it is the first. */
  readonly linkedWith: number;
  /** Without the time on the network. */
  readonly tookMs: number;
}

export type Proof =
  | { readonly name: 'checking' }
  | { readonly name: 'proved' | 'erased'; readonly facts: ProofFacts }
  | { readonly name: 'unchecked'; readonly reason: UncheckedReason }
  | { readonly name: 'failed'; readonly fault: ProofFault };

/** The ledger is not the one that this browser knows; stays until the reader has decided. */
export type Alarm =
  | { readonly name: 'key'; readonly known: string; readonly sinceMs: number; readonly found: string }
  | { readonly name: 'history'; readonly known: number; readonly sinceMs: number };

export interface ProverContract {
  prove(claim: ProofClaim): Promise<Proof>;
  /** The server may be another one now: its key is asked for again. */
  connectionChanged(): void;
  /** From now on the ledger counts as it is. */
  accept(alarm: Alarm): void;
}
