/**
 * Answers that are given before the body of their request has been read. A connection that is closed while
 * bytes come in is reset, and the client may lose the answer: so what still comes is thrown away for a while.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import { GATEWAY_LIMITS } from '../limits.ts';

/** Call it before the answer is sent. A short rest is read, and the connection serves the next request. */
export function closeUnread(request: FastifyRequest, reply: FastifyReply, clock: Pick<Clock, 'after'>): void {
  const { raw } = request;
  if (raw.complete || !hasLongBody(request)) return;
  reply.header('connection', 'close');
  const { socket } = raw;
  // Node calls this when the answer is complete: it would close both directions.
  socket.destroySoon = () => {
    socket.end();
    const cancel = clock.after(GATEWAY_LIMITS.unreadMs, () => socket.destroy());
    socket.once('close', cancel);
    // Whoever was reading has given up.
    raw.removeAllListeners('readable');
    raw.resume();
  };
}

/** Its length is not said, or more than is read of a client that nobody knows. */
export function hasLongBody(request: Pick<FastifyRequest, 'headers'>): boolean {
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  return isChunked || bodyLengthOf(request) > GATEWAY_LIMITS.bodyBytesMax;
}

/** As the client says it; 0 when it does not. */
export function bodyLengthOf({ headers }: Pick<FastifyRequest, 'headers'>): number {
  return Number(headers['content-length'] ?? 0);
}
