/** What is said between the content store and its thread. */
import type { ContentMark, ContentRow, PendingErasure } from './content-queries.ts';

export type ContentWork =
  | { readonly type: 'add'; readonly rows: readonly ContentRow[] }
  | { readonly type: 'read'; readonly id: string }
  | { readonly type: 'newestBelow'; readonly below: number; readonly limit: number }
  | { readonly type: 'discard'; readonly ids: readonly string[] }
  /** `contentId` is the row of the one exchange; all rows of the account without it. */
  | { readonly type: 'erase'; readonly erasure: PendingErasure; readonly contentId: string | undefined }
  | { readonly type: 'erased'; readonly id: string }
  | { readonly type: 'pendingErasures' }
  | { readonly type: 'close' };

export type ContentJob = ContentWork & { readonly number: number };

export interface ContentReply {
  readonly number: number;
  readonly value?: ContentRow | ContentMark[] | PendingErasure[] | number | undefined;
  readonly error?: string;
}
