/**
 * Proves answers in the browser, with WebCrypto and nothing that the server says of itself but its key, which
 * is trusted on first use. Loaded by itself, when the first receipt comes.
 */
import { committedPrompt } from '../../../../shared/attachments.ts';
import { decodeBase64, encodeBase64 } from '../../../../shared/ledger/base64.ts';
import { parseCheckpoint, type Checkpoint } from '../../../../shared/ledger/checkpoint.ts';
import { verifyNoteSignature, verifyReceipt } from '../../../../shared/ledger/receipt.ts';
import { parseSignedNote, parseVerifierKey } from '../../../../shared/ledger/signed-note.ts';
import { sha256, verifyConsistencyOnWeb } from '../../../../shared/ledger/web-tree.ts';
import type { Ask, GivenInput } from '../../../../shared/client/client.ts';
import type { OperationName } from '../../../../shared/operations/index.ts';
import { textOf, type RpcFailure } from '../../../../shared/client/message.ts';
import type {
  Alarm,
  Proof,
  ProofClaim,
  ProofFault,
  ProverContract,
  UncheckedReason,
} from './proof-contract.ts';
import { readEntry, readReceipt, type ReadReceipt } from './read-receipt.ts';
import type { TrustedKey, TrustStore } from './trust-store.ts';

export interface ProverOptions {
  readonly ask: Ask;
  readonly trust: TrustStore;
  readonly nowMs: () => number;
  /** Measures how long a proof took. */
  readonly monotonicMs: () => number;
  readonly alarm: (alarm: Alarm) => void;
}

/** The size with which a checkpoint is consistent, or why that cannot be said. */
type Link = { readonly with: number } | Unfinished;
type Unfinished = Extract<Proof, { name: 'unchecked' | 'failed' }>;

export class Prover implements ProverContract {
  readonly #options: ProverOptions;
  /** The server's key and state have been checked on this connection. */
  #greeted = false;
  #askingMs = 0;

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  connectionChanged(): void {
    this.#greeted = false;
  }

  accept(alarm: Alarm): void {
    const { trust, nowMs } = this.#options;
    if (alarm.name === 'key') trust.trust(alarm.found, nowMs());
    else trust.forgetCheckpoint();
    this.#greeted = false;
  }

  /** One at a time: each proof relies on the checkpoint that the previous one has stored. */
  async prove(claim: ProofClaim): Promise<Proof> {
    // Absent where the page came without TLS from another machine.
    if (!globalThis.crypto.subtle) return unchecked('insecure');
    try {
      return await this.#prove(claim);
    } catch (error) {
      if (error instanceof DOMException) return unchecked('unsupported');
      throw error;
    }
  }

  async #prove(claim: ProofClaim): Promise<Proof> {
    this.#askingMs = 0;
    const begunMs = this.#options.monotonicMs();
    const received = readReceipt(claim.receipt.proof);
    if (!received) return failed('malformed_receipt');
    const problem = await this.#greet();
    if (problem) return problem;
    const key = this.#options.trust.signerOf(received.note.signatures);
    if (!key) return failed(this.#unknownSigner(received));
    const { verifierKey } = key;
    const verdict = await verifyReceipt({ receipt: claim.receipt.proof, verifierKey });
    if (!verdict.ok) return failed(verdict.fault === 'other_entry' ? 'other_exchange' : verdict.fault);
    const fault = await compare(claim, verdict.index, verdict.entry);
    if (fault) return failed(fault);
    const link = await this.#link(key, verdict.checkpoint, claim.receipt.linkedWith);
    if ('name' in link) return link;
    const tookMs = this.#options.monotonicMs() - begunMs - this.#askingMs;
    const facts = {
      size: verdict.checkpoint.size,
      verifierKey,
      keySinceMs: key.sinceMs,
      linkedWith: link.with,
      tookMs,
    };
    return { name: hasTexts(claim) ? 'proved' : 'erased', facts };
  }

  /** Once per connection: is this still the ledger that was here before? The first key seen is trusted. */
  async #greet(): Promise<Unfinished | undefined> {
    if (this.#greeted) return undefined;
    const { trust, nowMs, alarm } = this.#options;
    const outcome = await this.#ask('ledger.checkpoint', {});
    // What is known already can be proved without the server.
    if (!outcome.ok) return trust.current ? undefined : unanswered(outcome.failure);
    const verifierKey = textOf(outcome.result['verifierKey']);
    const checkpoint = await signedBy(verifierKey, textOf(outcome.result['note']));
    if (!checkpoint) return failed('bad_signature');
    if (!trust.current) trust.trust(verifierKey, nowMs());
    const key = trust.current;
    if (!key || key.verifierKey !== verifierKey) {
      alarm({
        name: 'key',
        known: key?.verifierKey ?? '',
        sinceMs: key?.sinceMs ?? 0,
        found: verifierKey,
      });
      // Receipts of the known key can still be proved; those of the other one fail for that reason.
      this.#greeted = true;
      return undefined;
    }
    const link = await this.#link(key, checkpoint, 0);
    if ('name' in link) return link;
    this.#greeted = true;
    return undefined;
  }

  #unknownSigner({ checkpoint }: ReadReceipt): ProofFault {
    const known = this.#options.trust.current?.verifierKey ?? '';
    return known.startsWith(`${checkpoint.origin}+`) ? 'key_changed' : 'wrong_origin';
  }

  /** Whether a checkpoint, whose signature is proved, and the kept one are states of one growing ledger. */
  async #link(key: TrustedKey, found: Checkpoint, linkedWith: number): Promise<Link> {
    const { trust, nowMs, alarm } = this.#options;
    const kept = trust.find(key.verifierKey)?.checkpoint;
    if (linkedWith > 0) return { with: linkedWith };
    if (!kept) {
      trust.keep(key.verifierKey, found, nowMs());
      return { with: found.size };
    }
    const [older, newer] = found.size < kept.size ? [found, kept] : [kept, found];
    const proof = await this.#consistency(older.size, newer.size);
    if ('name' in proof) {
      if (proof.name === 'failed') alarm({ name: 'history', known: kept.size, sinceMs: kept.atMs });
      return proof;
    }
    if (!(await verifyConsistencyOnWeb(older, newer, proof.hashes))) {
      alarm({ name: 'history', known: kept.size, sinceMs: kept.atMs });
      return failed('inconsistent');
    }
    trust.keep(key.verifierKey, found, nowMs());
    return { with: kept.size };
  }

  async #consistency(from: number, to: number): Promise<{ readonly hashes: Uint8Array[] } | Unfinished> {
    if (from === to) return { hashes: [] };
    const outcome = await this.#ask('ledger.consistency', { from, to });
    if (!outcome.ok) {
      return outcome.failure.reason === 'not_found' ? failed('shrunk') : unanswered(outcome.failure);
    }
    const { hashes } = outcome.result;
    const decoded = (Array.isArray(hashes) ? hashes : []).map((hash) => decodeBase64(textOf(hash)));
    return { hashes: decoded.map((hash) => hash ?? new Uint8Array(0)) };
  }

  async #ask<Name extends OperationName>(method: Name, params: GivenInput<Name>) {
    const { ask, monotonicMs } = this.#options;
    const askedMs = monotonicMs();
    const outcome = await ask(method, params);
    this.#askingMs += monotonicMs() - askedMs;
    return outcome;
  }
}

/** Whether the proved entry is of this exchange, and of the very texts that are shown. */
async function compare(claim: ProofClaim, index: number, text: string): Promise<ProofFault | undefined> {
  const entry = readEntry(text);
  const isExchange = entry?.type === 'charge' || entry?.type === 'exchange';
  if (!isExchange || index !== claim.receipt.index || entry.trace !== claim.trace) return 'other_exchange';
  const { type, amount } = entry;
  if (type === 'charge' && claim.charged !== undefined && amount !== String(claim.charged))
    return 'cost_differs';
  if (!hasTexts(claim)) return undefined;
  const { promptSalt, answerSalt } = claim.receipt;
  const commitment = type === 'charge' ? saltedHash : keyedHash;
  const prompt = promptOf(claim.prompt, claim.attachments);
  if ((await commitment(promptSalt, prompt)) !== entry.prompt) return 'prompt_differs';
  return (await commitment(answerSalt, claim.answer)) === entry.answer ? undefined : 'answer_differs';
}

/** What the ledger commits to. */
export function promptOf(text: string, attachments: ProofClaim['attachments'] = []): string {
  const named = attachments.map(({ name, fileHash, sentHash }) => {
    return { name: textOf(name), fileHash: textOf(fileHash), sentHash: textOf(sentHash) };
  });
  return committedPrompt(text, named);
}

function hasTexts({ erased, receipt }: ProofClaim): boolean {
  return !erased && (receipt.promptSalt !== '' || receipt.answerSalt !== '');
}

/** SHA-256 of the salt and the text, as docs/ledger.md says. */
async function saltedHash(salt: string, text: string): Promise<string> {
  const start = decodeBase64(salt);
  if (!start?.length) return '';
  const rest = new TextEncoder().encode(text);
  const bytes = new Uint8Array(start.length + rest.length);
  bytes.set(start);
  bytes.set(rest, start.length);
  return encodeBase64(await sha256(bytes));
}

/** Of version 1 of the ledger: HMAC-SHA-256 of the text under its salt. */
async function keyedHash(salt: string, text: string): Promise<string> {
  const bytes = decodeBase64(salt);
  if (!bytes?.length) return '';
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  return encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))));
}

async function signedBy(verifierKey: string, text: string): Promise<Checkpoint | undefined> {
  const key = parseVerifierKey(verifierKey);
  const note = parseSignedNote(text);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!key || !note || !checkpoint || checkpoint.origin !== key.name) return undefined;
  return (await verifyNoteSignature(note, key)) ? checkpoint : undefined;
}

function unanswered({ reason }: RpcFailure): Unfinished {
  return unchecked(reason === 'disconnected' ? 'disconnected' : 'unavailable');
}

function unchecked(reason: UncheckedReason): Extract<Proof, { name: 'unchecked' }> {
  return { name: 'unchecked', reason };
}

function failed(fault: ProofFault): Extract<Proof, { name: 'failed' }> {
  return { name: 'failed', fault };
}
