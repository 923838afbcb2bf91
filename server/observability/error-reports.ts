/** What is told of an error to whoever collects them. */
export interface ErrorReport {
  /** In our words: the same for every error of its kind. */
  readonly message: string;
  readonly level: 'error' | 'fatal';
  readonly error: unknown;
  readonly operation: string | undefined;
  /** Such as `Usuario-3:m1`. */
  readonly trace: string | undefined;
  /** In the form of W3C, where traces are made. */
  readonly traceId: string | undefined;
}

export interface ErrorReports {
  /** Never throws, and waits for nothing. */
  report(report: ErrorReport): void;
  /** Sends what is left, for a bounded time. */
  flush(): Promise<void>;
}
