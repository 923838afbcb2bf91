/** What is said between the statement index and its thread. */
export type StatementWork =
  | { readonly type: 'progress'; readonly entries: number }
  /** Entries below `next` are covered then; `accounts[i]` has the entry `entries[i]`. */
  | {
      readonly type: 'add';
      readonly next: number;
      readonly accounts: readonly string[];
      readonly entries: readonly number[];
    }
  | { readonly type: 'page'; readonly account: string; readonly before: number; readonly limit: number }
  | { readonly type: 'close' };

export type StatementJob = StatementWork & { readonly number: number };

export interface StatementReply {
  readonly number: number;
  readonly value?: number[];
  readonly error?: string;
}
