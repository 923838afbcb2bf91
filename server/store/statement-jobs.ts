/** What is said between the statement index and its thread. */
export type StatementWork =
  | { readonly type: 'progress' }
  /** Canonical texts of consecutive entries. */
  | { readonly type: 'add'; readonly first: number; readonly texts: readonly string[] }
  | { readonly type: 'page'; readonly account: string; readonly before: number; readonly limit: number }
  | { readonly type: 'close' };

export type StatementJob = StatementWork & { readonly number: number };

export interface StatementReply {
  readonly number: number;
  readonly value?: number[];
  readonly error?: string;
}
