/**
 * A two-way pipe of lines for a client. It exists for TCP, WebSocket and memory; the page imports only the
 * transports that a browser has.
 */
export interface Transport {
  /** Sends one line, given without its LF. The line is dropped when the connection is not open. */
  send(line: string): void;
  /** Closes gracefully: what the peer still sends is delivered, then `closed` is called. */
  close(): void;
  /** Cuts the connection off, as a broken network would. */
  abort(): void;
}

/** A transport whose reading can be paused, to imitate a stalled program. */
export interface PausableTransport extends Transport {
  /** Stops reading, until `resume`. */
  pause(): void;
  resume(): void;
}

export interface TransportEvents {
  opened(): void;
  line(line: string): void;
  /** Called once, also when the connection could not be opened, and after `close` and `abort`. */
  closed(end: TransportEnd): void;
}

export interface TransportEnd {
  /** The code in a WebSocket's close frame. */
  readonly code?: number;
  readonly reason?: string;
  /** The platform's reason for ending the connection. */
  readonly error?: Error;
}

/** Returns at once; no event is called before it has returned. */
export type OpenTransport = (events: TransportEvents) => Transport;
