/** What the store asks of the thread that owns the SQLite database. */
import type { BatchOutcome, Value } from './batch.ts';
import type { PackedBatch } from './packed-batch.ts';

export type SqliteRequest =
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'query'; readonly sql: string; readonly parameters: readonly Value[] }
  | { readonly type: 'rollback' }
  | { readonly type: 'write'; readonly packed: PackedBatch }
  | { readonly type: 'emptyLog' }
  | { readonly type: 'close' };

export interface QueryAnswer {
  readonly rows: unknown[];
  readonly changes: number;
}

export type WriteAnswer = BatchOutcome;
