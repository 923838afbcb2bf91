/** What is said between the content store and its thread. */
import type { ContentRow } from './content-queries.ts';

type Work =
  | { readonly type: 'add'; readonly rows: readonly ContentRow[] }
  | { readonly type: 'read'; readonly id: string }
  | { readonly type: 'erase'; readonly id: string; readonly account: string }
  | { readonly type: 'eraseAccount'; readonly account: string }
  | { readonly type: 'close' };

export type ContentWork = Work;
export type ContentJob = Work & { readonly number: number };

export interface ContentReply {
  readonly number: number;
  readonly value?: ContentRow | number | undefined;
  readonly error?: string;
}
