import { randomUUIDv7 } from 'node:crypto';

/**
 * A UUIDv7 (RFC 9562 §5.7) in one piece. Node joins it out of fourteen, which V8 keeps apart: the id of a
 * guest stays in memory as long as its session, and would take 0.5 KiB more.
 */
export function timedId(): string {
  return Buffer.from(randomUUIDv7(), 'latin1').toString('latin1');
}
