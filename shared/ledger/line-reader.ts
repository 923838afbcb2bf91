/** Reads the lines of the joined segments in large pieces, through any source of bytes. */
import { blockBytesMax } from './block-text.ts';

/** The joined segments as one file: a live directory, a copy, or a simulated disk. */
export interface ByteSource {
  size: number;
  read(position: number, length: number): Promise<Buffer>;
}

export interface PlacedLine {
  /** Of the line's first byte in the joined segments. */
  offset: number;
  /** Latin-1, one character a byte, without the newline. */
  text: string;
}

export interface LineBatch {
  lines: PlacedLine[];
  /**
   * Bytes after the last newline, in the last batch; more than the longest block when no newline came in
   * time.
   */
  rest: number;
}

/** Yields the lines from `start` (the first byte of a line) up to `end`, a batch a read. */
export async function* readLines(
  source: ByteSource,
  start: number,
  end: number,
  pieceBytes = 1024 * 1024,
): AsyncGenerator<LineBatch> {
  let lineStart = start;
  let want = pieceBytes;
  while (lineStart < end) {
    const length = Math.min(want, end - lineStart);
    const piece = await source.read(lineStart, length);
    const cut = piece.lastIndexOf(0x0a) + 1;
    const isLast = lineStart + length === end;
    if (cut > 0 || isLast)
      yield { lines: splitLines(piece, cut, lineStart), rest: isLast ? length - cut : 0 };
    if (isLast) return;
    if (cut === 0 && want > blockBytesMax) {
      yield { lines: [], rest: end - lineStart };
      return;
    }
    // A line longer than a piece: read again with more room rather than join pieces.
    want = cut === 0 ? want * 4 : pieceBytes;
    lineStart += cut;
  }
}

function splitLines(piece: Buffer, cut: number, offset: number): PlacedLine[] {
  if (cut === 0) return [];
  const lines: PlacedLine[] = [];
  let at = offset;
  for (const text of piece.toString('latin1', 0, cut - 1).split('\n')) {
    lines.push({ offset: at, text });
    at += text.length + 1;
  }
  return lines;
}
