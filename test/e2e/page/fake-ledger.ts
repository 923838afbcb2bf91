/**
 * A ledger in memory that makes true receipts, and false ones when a test wants them: other texts, another
 * key, another history.
 */
import { createHmac, hash } from 'node:crypto';
import type { Entry } from '../../../shared/ledger/entries.ts';
import { formatCheckpoint } from '../../../shared/ledger/checkpoint.ts';
import { formatEntry } from '../../../shared/ledger/entry-text.ts';
import { MerkleTree } from '../../../shared/ledger/merkle-tree.ts';
import { createNoteSigner, type NoteSigner } from '../../../shared/ledger/note-keys.ts';
import { formatTlogProof } from '../../../shared/ledger/tlog-proof.ts';
import { leafHashBinary } from '../../../shared/ledger/tree-hash.ts';

const ORIGIN = 'page.test/ledger';
const GRANTED = 1_000;

export interface Exchanged {
  readonly trace: string;
  readonly prompt: string;
  readonly answer: string;
  readonly account: string;
  readonly finish?: string;
  /** Of the ledger. */
  readonly isOfVersion1?: boolean;
}

const SALTS = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)] as const;

/** What both versions of the ledger say of an exchange. */
function exchanged(
  { trace, prompt, answer, finish = 'stop' }: Exchanged,
  index: number,
  commit: (salt: Buffer, text: string) => string,
) {
  return {
    answer: commit(SALTS[1], answer),
    at: '2026-11-20T09:21:02.238Z',
    degraded: 'false',
    finish,
    id: `exchange:${index}`,
    inputTokens: '12',
    model: 'stub:1b',
    outputTokens: '8',
    prompt: commit(SALTS[0], prompt),
    trace,
    usage: 'reported',
  } as const;
}

export class FakeLedger {
  /** Charged for each exchange. */
  price = 20;
  balance = GRANTED;
  readonly erased: number[] = [];
  readonly #receipts = new Map<number, object>();
  readonly #rows: { index: number; trace: string; amount: number }[] = [];
  #tree = new MerkleTree();
  #signer: NoteSigner = createNoteSigner(ORIGIN, Buffer.alloc(32, 1));

  constructor() {
    this.grow(3);
  }

  get size(): number {
    return this.#tree.size;
  }

  get granted(): number {
    return GRANTED;
  }

  /** Entries of others. */
  grow(count: number, what = 'other'): void {
    for (let entry = 0; entry < count; entry += 1)
      this.#tree.appendBinary(leafHashBinary(`${what} ${this.#tree.size}`));
  }

  /** Signs with another key from now on. */
  changeKey(): void {
    this.#signer = createNoteSigner(ORIGIN, Buffer.alloc(32, 2));
  }

  /** Another history under the same key. */
  rewrite(size: number): void {
    this.#tree = new MerkleTree();
    this.grow(size, 'rewritten');
  }

  /** Settles an exchange and gives what the response of its chat.send tells of it. */
  settle(said: Exchanged): object {
    const { trace } = said;
    const index = this.#tree.size;
    const entry = formatEntry(said.isOfVersion1 ? this.#first(said, index) : this.#charge(said, index));
    this.#tree.appendBinary(leafHashBinary(entry));
    this.balance = Math.max(0, this.balance - this.price);
    const head = this.#tree.head();
    const proof = formatTlogProof({
      index,
      proof: this.#tree.inclusionProof(index, head),
      checkpoint: this.#note(),
      extra: Buffer.from(entry),
    });
    const [promptSalt, answerSalt] = SALTS.map((salt) => salt.toString('base64'));
    const receipt = { index, promptSalt, answerSalt };
    this.#receipts.set(index, { ...receipt, proof });
    this.#rows.unshift({ index, trace, amount: -this.price });
    return { credits: { charged: this.price, balance: this.balance }, receipt };
  }

  /** With its proof. */
  receipt(index: number): object {
    return this.#receipts.get(index) ?? {};
  }

  /** Undefined for operations that are not of the ledger; a key of a failure when it fails. */
  answer(method: string, params: Record<string, unknown>, account: string): object | 'not_found' | undefined {
    switch (method) {
      case 'credits.balance': {
        const available = this.balance;
        return { account, available, held: 0, spent: GRANTED - available, granted: GRANTED };
      }
      case 'credits.statement': {
        const rows = this.#rows.map((row) => ({ ...row, at: '2026-11-20T09:21:02.238Z', type: 'charge' }));
        return { account, balance: this.balance, rows };
      }
      case 'ledger.receipt':
        return this.#receipts.get(Number(params['index'])) ?? 'not_found';
      case 'ledger.checkpoint':
        return {
          origin: ORIGIN,
          size: this.size,
          note: this.#note(),
          verifierKey: this.#signer.verifierKey,
        };
      case 'ledger.consistency':
        return this.#consistency(Number(params['from']), Number(params['to']));
      case 'ledger.erase':
        this.erased.push(Number(params['exchange']));
        return { erased: 1, index: this.size };
      default:
        return undefined;
    }
  }

  #charge(said: Exchanged, index: number): Entry {
    const { account } = said;
    const commit = (salt: Buffer, text: string) =>
      hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64');
    const paid = { account, actor: account, amount: String(this.price), hold: '-' };
    return { ...exchanged(said, index, commit), ...paid, route: 'stub', service: 'chat', type: 'charge' };
  }

  #first(said: Exchanged, index: number): Entry {
    const commit = (salt: Buffer, text: string) => createHmac('sha256', salt).update(text).digest('base64');
    return { ...exchanged(said, index, commit), account: said.account, type: 'exchange' };
  }

  #consistency(from: number, to: number): object | 'not_found' {
    if (to > this.size) return 'not_found';
    const hashes = this.#tree.consistencyProof(from, this.#tree.head(to));
    return { from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) };
  }

  #note(): string {
    const { size, root } = this.#tree.head();
    return this.#signer.sign(formatCheckpoint({ origin: ORIGIN, size, root }));
  }
}
