/** Erases what was said, in every place where it is kept, and records that in the ledger. */
import type { Ledger } from '../ledger/ledger.ts';
import type { AccountGate } from './account-gate.ts';
import { orLedgerFault } from './ledger-fault.ts';
import { askedBy, notFound, type ExchangeEntry, type Receipts } from './receipts.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Erased, ExchangeErasure, PromptSharer } from './exchange-texts.ts';
import { eraseAccount, eraseExchanges, type ErasableTexts } from './reconciliation.ts';

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
  /**
   * `index` names the exchange or the settle that paid for it. With its prompt go all the other answers to
   * that prompt, each of them with an entry of its own. Rejects with `not_found`.
   */
  eraseExchange(request: EraseRequest & { readonly index: number }): Promise<ErasureResult>;
  eraseAll(request: EraseRequest): Promise<ErasureResult>;
}

export interface LedgerEraserOptions {
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly texts: ErasableTexts;
  readonly gate: AccountGate;
  readonly receipts: Pick<Receipts, 'exchangeAt' | 'locateAll'>;
  readonly newId: () => string;
  /** Called first when everything goes: what is still being said must not be kept. */
  readonly onErasing: (account: string) => void;
  /** Called as soon as texts are gone from the store: their copies in memory must go too. */
  readonly onErased: (erased: Erased & { readonly account: string }) => void;
}

export class LedgerEraser implements Eraser {
  readonly #options: LedgerEraserOptions;

  constructor(options: LedgerEraserOptions) {
    this.#options = options;
  }

  async eraseExchange({ account, by, index }: EraseRequest & { index: number }): Promise<ErasureResult> {
    const { gate, receipts, texts, ledger } = this.#options;
    const exchange = await receipts.exchangeAt(index);
    if (!exchange || !(await this.#isOf(exchange.entry, account))) throw notFound(index);
    // Meanwhile no other answer to the same prompt is written.
    return gate.erase(account, () =>
      orLedgerFault(async () => {
        const named = erasureOf(exchange.index, { id: exchange.entry.id, account }, by);
        const sharers = await texts.sharersOfPrompt(exchange.entry.id);
        const others = sharers.filter(({ id }) => id !== exchange.entry.id);
        const indexes = others.length === 0 ? new Map<string, number>() : await receipts.locateAll(others);
        // One that the ledger does not know yet is another account's, on its way there.
        if (indexes.size < others.length) throw new HiloError('ledger_unavailable');
        const erasures = [named, ...others.map((one) => erasureOf(indexes.get(one.id) ?? 0, one, by))];
        return eraseExchanges({ ledger, texts }, erasures, (erased) => this.#forget(erased, account));
      }),
    );
  }

  eraseAll({ account, by }: EraseRequest): Promise<ErasureResult> {
    const { gate, newId, ledger, texts, onErasing } = this.#options;
    onErasing(account);
    return gate.erase(account, () => {
      // Each one has its own entry, which covers what came before it.
      const erasure = { id: `erase:${newId()}`, account, exchange: null, by };
      return orLedgerFault(() =>
        eraseAccount({ ledger, texts }, erasure, (erased) => this.#forget(erased, account)),
      );
    });
  }

  /** Whoever has asked erases it, whoever has paid. */
  async #isOf(entry: ExchangeEntry, account: string): Promise<boolean> {
    if (entry.account === account || askedBy(entry, [account])) return true;
    const sharers = await this.#options.texts.sharersOfPrompt(entry.id);
    return sharers.some((one) => one.id === entry.id && one.account === account);
  }

  #forget(erased: Erased, account: string): void {
    this.#options.onErased({ ...erased, account });
  }
}

function erasureOf(
  exchange: number,
  { id: entry, account }: Pick<PromptSharer, 'account' | 'id'>,
  by: EraseRequest['by'],
): ExchangeErasure {
  return { id: `erase:${exchange}:${by}`, account, exchange, by, entry };
}
