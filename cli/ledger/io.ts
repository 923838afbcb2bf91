/** The parts of the outside world that a command may use, so that tests can run it in memory. */
export interface CommandIo {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** `DATA_DIR` is read when no `--data-dir` is given. */
  env: Readonly<Record<string, string | undefined>>;
  /** Ends `tail --follow`. */
  signal?: AbortSignal;
  /** Opens the content store of a data directory, for `export`; without it, texts are exported as empty. */
  openContent?(dataDir: string): Promise<ContentReader>;
}

/** Texts of exchanges, which are never in the ledger itself. */
export interface ContentReader {
  /** The texts of the exchange at this index; undefined when they were erased or never kept. */
  read(exchange: { index: number; id: string }): { prompt: string; answer: string } | undefined;
}

/** Exit codes of all ledger commands. */
export const exitCodes = { verified: 0, bad: 1, unwitnessed: 2, usage: 3 } as const;

/** A wrong command line, or a file that does not exist: exit code 3. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
