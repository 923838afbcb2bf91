/** The values of a run's records as the tables use them. */
import type { Account, Refunded } from '../../shared/ledger/fold-tables.ts';

/** How a value is written into the 24 bytes of a record. */
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
  write: ({ index, isPermanent }, bytes, at) => writeThree(bytes, at, index, isPermanent ? 1 : 0, 0),
};

export const accountFormat: ValueFormat<Account> = {
  read: (bytes, at) => {
    const granted = bytes.readDoubleBE(at);
    const available = bytes.readDoubleBE(at + 8);
    const held = bytes.readDoubleBE(at + 16);
    return { granted, available, held, spent: granted - available - held };
  },
  write: ({ granted, available, held }, bytes, at) => writeThree(bytes, at, granted, available, held),
};

export const refundedFormat: ValueFormat<Refunded> = {
  read: (bytes, at) => ({ charged: bytes.readDoubleBE(at), refunded: bytes.readDoubleBE(at + 8) }),
  write: ({ charged, refunded }, bytes, at) => writeThree(bytes, at, charged, refunded, 0),
};

function writeThree(bytes: Buffer, at: number, first: number, second: number, third: number): void {
  bytes.writeDoubleBE(first, at);
  bytes.writeDoubleBE(second, at + 8);
  bytes.writeDoubleBE(third, at + 16);
}
