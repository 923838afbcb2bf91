/** What the store asks of the thread that owns the SQLite database. */
import type { Batch, BatchOutcome, Value } from './batch.ts';

export type SqliteRequest =
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'query'; readonly sql: string; readonly parameters: readonly Value[] }
  | { readonly type: 'rollback' }
  | { readonly type: 'write'; readonly batch: Batch }
  | { readonly type: 'emptyLog' }
  | { readonly type: 'close' };

export interface QueryAnswer {
  readonly rows: unknown[];
  readonly changes: number;
}

export type WriteAnswer = BatchOutcome;
