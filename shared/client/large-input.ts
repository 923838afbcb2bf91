/**
 * [F-1] in docs/protocol.md.
 * Sends an input that does not fit into a line: as a file, in pieces, which the operation then names.
 */
import type { Params } from './message.ts';

/** Of one piece, in bytes: in base64, and with all around it, it fits into a line of whoever shows a key. */
export const PIECE_BYTES = 512 * 1024;
/** The same for a line of a guest. */
export const GUEST_PIECE_BYTES = 45_000;

/** An input so long fits into a line of anybody, whatever is around it. */
export const INLINE_BYTES_MAX = 48 * 1024;

/** Runs one operation; rejects when it fails. */
export type RunOperation = (
  name: 'files.append' | 'files.begin' | 'files.end',
  input: Params,
) => Promise<Params>;

export interface LargeInput {
  readonly pieces: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** If it is known. */
  readonly bytes?: number | undefined;
  /** What it is for, if not for an operation at once. */
  readonly purpose?: 'batch';
  /** Of one piece; `PIECE_BYTES` when left out. */
  readonly pieceBytes?: number | undefined;
}

/**
 * Resolves with the name of the file. Rejects when an operation or the source of the pieces does; what has
 * been sent is then thrown away.
 */
export async function sendLargeInput(
  run: RunOperation,
  { pieces, bytes, purpose, pieceBytes }: LargeInput,
): Promise<string> {
  const known = { ...(bytes !== undefined && { bytes }), ...(purpose && { purpose }) };
  const { file } = await run('files.begin', known);
  if (typeof file !== 'string') throw new Error('The server gave the file no name');
  try {
    let at = 0;
    for await (const piece of inPieces(pieces, pieceBytes)) {
      await run('files.append', { file, at, data: piece.toString('base64') });
      at += piece.length;
    }
    await run('files.end', { file });
    return file;
  } catch (error) {
    // It expires if this fails too.
    await run('files.end', { file, discard: true }).catch(() => {});
    throw error;
  }
}

/** Pieces of the right length, whatever the chunks are. */
async function* inPieces(chunks: LargeInput['pieces'], most = PIECE_BYTES): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + most - bytes);
      from += part.length;
      bytes += part.length;
      held.push(part);
      if (bytes < most) continue;
      yield Buffer.concat(held, bytes);
      [held, bytes] = [[], 0];
    }
  }
  if (bytes > 0) yield Buffer.concat(held, bytes);
}
