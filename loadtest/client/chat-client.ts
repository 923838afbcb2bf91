/** Where a client connects to, and from where. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Many clients need many local addresses: one has about 28,000 ports. */
  readonly localAddress?: string | undefined;
  readonly connectTimeoutMs: number;
}

/** What a scenario sees of a client, whatever its transport. */
export interface Answer {
  readonly text: string;
  /** `Usuario-N:mM` */
  readonly trace: string;
  /** From sending to the first piece of the answer; to its end when it came in one piece. */
  readonly firstTokenMs: number;
  readonly answerMs: number;
}

export interface ChatClient {
  /** `Usuario-N`; empty before `open`. */
  readonly session: string;
  readonly connected: boolean;
  open(): Promise<void>;
  /** One at a time. Throws `ClientError`. */
  chat(text: string): Promise<Answer>;
  /** Whether the server answers at all. Throws `ClientError` when the connection is gone. */
  ping(): Promise<void>;
  /** Stops reading, as a stalled program does. */
  pause(): void;
  /** Settles when the connection has ended; with the reason that the server gave, if it gave one. */
  readonly closed: Promise<string>;
  close(): void;
}

/**
 * A failure that the server reported, or a broken connection. `key` is from the error table, or our own.
 */
export class ClientError extends Error {
  readonly key: string;
  readonly retryAfterMs: number | undefined;

  constructor(key: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ClientError';
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface ClientHooks {
  /** A broken promise of the server. */
  violation(text: string): void;
}
