/** Detects a socket whose peer takes nothing at all, as opposed to a slow one. */
import type { Socket } from 'node:net';

/** Sees progress when bytes left the stream, or when the kernel took part of the write that is under way. */
export class WriteProgress {
  #settledBytes = -1;
  #queuedBytes = -1;
  #sinceMs = 0;

  /** How long nothing has moved. Call it now and then while the socket has something to write. */
  stalledMs(socket: Socket, nowMs: number): number {
    const settledBytes = socket.bytesWritten - socket.writableLength;
    const queuedBytes = kernelQueueBytes(socket);
    if (settledBytes !== this.#settledBytes || queuedBytes !== this.#queuedBytes) {
      this.#settledBytes = settledBytes;
      this.#queuedBytes = queuedBytes;
      this.#sinceMs = nowMs;
    }
    return nowMs - this.#sinceMs;
  }
}

/**
 * What the write under way has not yet handed to the kernel. Node shows this only on the handle; its own
 * socket timeout looks there for the same reason. Without it a long line to a slow peer would look like no
 * progress.
 */
function kernelQueueBytes(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
