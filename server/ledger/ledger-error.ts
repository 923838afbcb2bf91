/**
 * Failures of the ledger by key. The first four happen while it runs and are rows of the error table; the
 * others make `openLedger` refuse to start.
 */
export type LedgerErrorKey =
  | 'insufficient_credits'
  | 'conflict'
  | 'not_found'
  | 'ledger_unavailable'
  | 'ledger_locked'
  | 'ledger_damaged'
  | 'ledger_wrong_key';

/** Figures that belong to the error: balance and need, or the place of the damage. */
export type LedgerErrorData = Readonly<Record<string, string | number>>;

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly key: LedgerErrorKey;
  readonly data: LedgerErrorData;

  constructor(key: LedgerErrorKey, message: string, data: LedgerErrorData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.key = key;
    this.data = data;
  }
}
