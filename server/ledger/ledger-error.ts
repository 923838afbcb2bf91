/**
 * Failures of the ledger by key. The first five happen while it runs and are rows of the error table; the
 * others make `openLedger` refuse to start.
 */
export type LedgerErrorKey =
  | 'insufficient_credits'
  | 'conflict'
  | 'refund_too_high'
  | 'not_found'
  | 'ledger_unavailable'
  | 'ledger_locked'
  | 'ledger_damaged'
  | 'ledger_wrong_key';

/** Values of the error: balance and need, what was not found, or the place of the damage. */
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

/** `what` in figures and marks, which read the same in every language. */
export function notFound(what: string): LedgerError {
  return new LedgerError('not_found', `Not in the ledger: ${what}`, { what });
}

export function insufficient(balance: number, need: number): LedgerError {
  return new LedgerError('insufficient_credits', `The balance is ${balance}, ${need} needed`, {
    balance,
    need,
  });
}
