import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Aborts when the client's connection closes, also when that has happened before this is called: a client may
 * leave while its body is read. It also aborts when the answer is complete, which nobody needs to notice.
 */
export function clientGone(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const { socket } = request.raw;
  const leave = () => {
    socket.off('close', leave);
    gone.abort();
  };
  if (socket.destroyed || reply.raw.destroyed) {
    gone.abort();
    return gone.signal;
  }
  // A response that waits behind others of its connection (pipelining) has no socket that it could see close.
  socket.once('close', leave);
  reply.raw.once('close', leave);
  return gone.signal;
}
