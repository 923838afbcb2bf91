/** Erases what was said, in every place where it is kept, and records that in the ledger. */
import type { Ledger } from '../ledger/ledger.ts';
import type { AccountGate } from './account-gate.ts';
import { orLedgerFault } from './ledger-fault.ts';
import { notFound, type Receipts } from './receipts.ts';
import type { Erased, Erasure } from './exchange-texts.ts';
import { eraseTexts, type ErasableTexts } from './reconciliation.ts';

export interface EraseRequest {
  readonly account: string;
  readonly by: 'owner' | 'admin';
}

export interface ErasureResult {
  /** Exchanges whose texts and salts are gone. */
  readonly erased: number;
  /** The entry that records it; absent when there was nothing to erase. */
  readonly index?: number;
}

/** A seam. Everything rejects with `HiloError` only. */
export interface Eraser {
  /** `index` names the exchange or the settle that paid for it. Rejects with `not_found`. */
  eraseExchange(request: EraseRequest & { readonly index: number }): Promise<ErasureResult>;
  eraseAll(request: EraseRequest): Promise<ErasureResult>;
}

export interface LedgerEraserOptions {
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly texts: ErasableTexts;
  readonly gate: AccountGate;
  readonly receipts: Pick<Receipts, 'exchangeAt'>;
  readonly newId: () => string;
  /** Called as soon as texts are gone from the store: their copies in memory must go too. */
  readonly onErased: (erased: Erased & { readonly account: string }) => void;
}

export class LedgerEraser implements Eraser {
  readonly #options: LedgerEraserOptions;

  constructor(options: LedgerEraserOptions) {
    this.#options = options;
  }

  async eraseExchange({ account, by, index }: EraseRequest & { index: number }): Promise<ErasureResult> {
    const exchange = await this.#options.receipts.exchangeAt(index);
    if (exchange?.entry.account !== account) throw notFound(index);
    const id = `erase:${exchange.index}:${by}`;
    return this.#erase({ id, account, exchange: exchange.index, by }, exchange.entry.id);
  }

  eraseAll({ account, by }: EraseRequest): Promise<ErasureResult> {
    // Each one has its own entry, which covers what came before it.
    const { gate, newId } = this.#options;
    return gate.erase(account, () => this.#erase({ id: `erase:${newId()}`, account, exchange: null, by }));
  }

  #erase(erasure: Erasure, entryId?: string): Promise<ErasureResult> {
    const { ledger, texts, onErased } = this.#options;
    return orLedgerFault(() =>
      eraseTexts({ ledger, texts }, erasure, entryId, (erased) =>
        onErased({ ...erased, account: erasure.account }),
      ),
    );
  }
}
