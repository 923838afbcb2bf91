/** The values of a run's records as the tables use them. */
import type { Account, Refunded } from '../../shared/ledger/fold-tables.ts';

/** How a value is written into the 32 bytes of a record. */
export interface ValueFormat<Value> {
  read(bytes: Buffer, at: number): Value;
  write(value: Value, bytes: Buffer, at: number): void;
}

/** The newest entry with an id. */
export interface Noted {
  readonly index: number;
  readonly isPermanent: boolean;
}

export function readNoted(bytes: Buffer, at: number): Noted {
  return { index: bytes.readDoubleBE(at), isPermanent: bytes.readDoubleBE(at + 8) === 1 };
}

export const notedFormat: ValueFormat<Noted> = {
  read: readNoted,
  write: ({ index, isPermanent }, bytes, at) => writeDoubles(bytes, at, [index, isPermanent ? 1 : 0]),
};

export const accountFormat: ValueFormat<Account> = {
  read: (bytes, at) => {
    const granted = bytes.readDoubleBE(at);
    const available = bytes.readDoubleBE(at + 8);
    const held = bytes.readDoubleBE(at + 16);
    const allowance = bytes.readDoubleBE(at + 24);
    return { granted, available, held, spent: granted - available - held, allowance };
  },
  write: ({ granted, available, held, allowance }, bytes, at) =>
    writeDoubles(bytes, at, [granted, available, held, allowance]),
};

export const refundedFormat: ValueFormat<Refunded> = {
  read: (bytes, at) => ({ charged: bytes.readDoubleBE(at), refunded: bytes.readDoubleBE(at + 8) }),
  write: ({ charged, refunded }, bytes, at) => writeDoubles(bytes, at, [charged, refunded]),
};

/** Up to four. */
function writeDoubles(bytes: Buffer, at: number, numbers: readonly number[]): void {
  for (const [place, number] of numbers.entries()) bytes.writeDoubleBE(number, at + place * 8);
}
