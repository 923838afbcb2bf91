/** Failures of the ledger as rows of the error table. */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import { LedgerError } from '../ledger/ledger-error.ts';

export function ledgerFault(thrown: unknown): HiloError {
  if (!(thrown instanceof LedgerError)) return toHiloError(thrown);
  const { key, data } = thrown;
  switch (key) {
    case 'insufficient_credits':
    case 'refund_too_high':
    case 'not_found':
      return new HiloError(key, { values: data, cause: thrown });
    case 'conflict':
      return new HiloError(key, { cause: thrown });
    default:
      return new HiloError('ledger_unavailable', { cause: thrown });
  }
}

/** Runs something that asks the ledger; throws `HiloError` only. */
export async function orLedgerFault<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (thrown) {
    throw ledgerFault(thrown);
  }
}
