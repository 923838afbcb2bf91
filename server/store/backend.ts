/** What SQLite and PostgreSQL do differently for the store. */
import type { Dialect } from 'kysely';
import type { Batch, BatchOutcome } from './batch.ts';
import type { StorePlace } from './store-error.ts';

export type DialectName = 'sqlite' | 'postgres';

export interface Backend {
  readonly name: DialectName;
  readonly place: StorePlace;
  readonly dialect: Dialect;
  /** One transaction; resolves when it is durable, rejects when nothing of it was written. */
  commit(batch: Batch): Promise<BatchOutcome>;
  /** After rows were deleted: leaves no byte of them in what this process writes. */
  forgetBytes(): Promise<void>;
  /** Ends what Kysely does not: its driver must have been destroyed before. */
  close(): Promise<void>;
}
