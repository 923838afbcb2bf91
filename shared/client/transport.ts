/**
 * A two-way pipe of lines under a client. TCP, WebSocket and memory are its forms; the page imports only
 * those that a browser has.
 */
export interface Transport {
  /** One line, without its LF. Dropped when the connection is not open. */
  send(line: string): void;
  /** Ends in order: what the peer still sends is delivered, then `closed` is called. */
  close(): void;
  /** Cuts the connection off, as a broken network does. */
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
  /** Once, also when the connection could not be opened, and after `close` and `abort`. */
  closed(end: TransportEnd): void;
}

export interface TransportEnd {
  /** Of a WebSocket's close frame. */
  readonly code?: number;
  readonly reason?: string;
  /** Why the platform gave up. */
  readonly error?: Error;
}

/** Returns at once and calls no event before it has returned. */
export type OpenTransport = (events: TransportEvents) => Transport;
