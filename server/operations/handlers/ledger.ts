import type { Eraser } from '../../credits/eraser.ts';
import type { Receipts } from '../../credits/receipts.ts';
import type { Handlers } from '../call.ts';
import { accountFor } from './credits.ts';
import type { LedgerReads } from './ledger-reads.ts';

interface LedgerServices {
  readonly receipts: Receipts;
  readonly eraser: Eraser;
  readonly ledgerReads: LedgerReads;
}

type LedgerHandlers = Pick<
  Handlers,
  'ledger.receipt' | 'ledger.checkpoint' | 'ledger.consistency' | 'ledger.erase'
>;

export function ledgerHandlers({ receipts, eraser, ledgerReads }: LedgerServices): LedgerHandlers {
  return {
    'ledger.receipt'({ index }, call) {
      const { account, access } = call.principal;
      const reader = { account, isAdmin: access === 'admin' };
      return ledgerReads(call, () => receipts.receipt(reader, index, call.signal));
    },

    'ledger.checkpoint'() {
      const { size, note } = receipts.checkpoint();
      return { origin: receipts.origin, size, note, verifierKey: receipts.verifierKey };
    },

    async 'ledger.consistency'(input, call) {
      const { from, to, hashes } = await ledgerReads(call, () =>
        receipts.consistency(input.from, input.to, call.signal),
      );
      return { from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) };
    },

    'ledger.erase'({ account: wanted, exchange }, { principal }) {
      const account = accountFor(principal, wanted);
      const by = account === principal.account ? 'owner' : 'admin';
      if (exchange === 'all') return eraser.eraseAll({ account, by });
      return eraser.eraseExchange({ account, by, index: exchange });
    },
  };
}
