/**
 * A ledger in memory that makes true receipts, and false ones when a test wants them: other texts, another
 * key, another history.
 */
import { createHmac } from 'node:crypto';
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
  settle({ trace, prompt, answer, account, finish = 'stop' }: Exchanged): object {
    const salts = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)] as const;
    const commit = (salt: Buffer, text: string) => createHmac('sha256', salt).update(text).digest('base64');
    this.grow(1, 'settle');
    const index = this.#tree.size;
    const entry = formatEntry({
      account,
      answer: commit(salts[1], answer),
      at: '2026-11-20T09:21:02.238Z',
      degraded: 'false',
      finish,
      id: `exchange:${index}`,
      inputTokens: '12',
      model: 'stub:1b',
      outputTokens: '8',
      prompt: commit(salts[0], prompt),
      trace,
      type: 'exchange',
      usage: 'reported',
    });
    this.#tree.appendBinary(leafHashBinary(entry));
    this.balance = Math.max(0, this.balance - this.price);
    const head = this.#tree.head();
    const proof = formatTlogProof({
      index,
      proof: this.#tree.inclusionProof(index, head),
      checkpoint: this.#note(),
      extra: Buffer.from(entry),
    });
    const [promptSalt, answerSalt] = salts.map((salt) => salt.toString('base64'));
    const receipt = { index, proof, promptSalt, answerSalt };
    this.#receipts.set(index, receipt);
    this.#rows.unshift({ index: index - 1, trace, amount: -this.price });
    return { credits: { charged: this.price, balance: this.balance }, receipt };
  }

  /** Undefined for operations that are not of the ledger; a key of a failure when it fails. */
  answer(method: string, params: Record<string, unknown>, account: string): object | 'not_found' | undefined {
    switch (method) {
      case 'credits.balance': {
        const available = this.balance;
        return { account, available, held: 0, spent: GRANTED - available, granted: GRANTED };
      }
      case 'credits.statement': {
        const rows = this.#rows.map((row) => ({ ...row, at: '2026-11-20T09:21:02.238Z', type: 'settle' }));
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
