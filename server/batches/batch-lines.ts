/** The lines of a file of a batch, read as they are needed: neither the file nor its lines are in memory. */
import { createReadStream } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { excessOf } from '../../shared/json-shape.ts';
import { BatchLine } from '../../shared/operations/batch-shapes.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface RawLine {
  /** Undefined: it is too long, or no UTF-8. */
  readonly text: string | undefined;
  /** Bytes of the file up to the end of the line. */
  readonly end: number;
}

const LF = 0x0a;

/** Lines that are not blank, from this byte on. A line that is too long is passed over in pieces. */
export async function* linesFrom(path: string, position: number): AsyncGenerator<RawLine, void, undefined> {
  const stream = createReadStream(path, { start: position });
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isTooLong = false;
  let end = position;
  const take = (): RawLine | undefined => {
    const line = isTooLong ? undefined : Buffer.concat(held, heldBytes);
    [held, heldBytes] = [[], 0];
    const wasTooLong = isTooLong;
    isTooLong = false;
    if (wasTooLong || !line || !isUtf8(line)) return { text: undefined, end };
    const text = line.toString('utf8').trim();
    return text === '' ? undefined : { text, end };
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length;) {
      const lineEnd = chunk.indexOf(LF, from);
      const to = lineEnd === -1 ? chunk.length : lineEnd;
      const part = chunk.subarray(from, to);
      heldBytes += part.length;
      if (heldBytes > BATCH_LIMITS.lineBytesMax) {
        isTooLong = true;
        held = [];
      } else held.push(part);
      from = lineEnd === -1 ? to : to + 1;
      end += part.length + (lineEnd === -1 ? 0 : 1);
      if (lineEnd === -1) continue;
      const line = take();
      if (line) yield line;
    }
  }
  if (heldBytes === 0) return;
  const last = take();
  if (last) yield last;
}

export type ReadLine =
  | { readonly line: BatchLine }
  | { readonly code: 'line_too_long' | 'invalid_json_line' }
  | { readonly code: 'invalid_value'; readonly param: string };

export function readLine({ text }: RawLine): ReadLine {
  if (text === undefined) return { code: 'line_too_long' };
  const { jsonDepthMax, jsonMembersMax } = BATCH_LIMITS;
  if (excessOf(text, { jsonDepthMax, jsonMembersMax })) return { code: 'invalid_json_line' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: 'invalid_json_line' };
  }
  const read = BatchLine.safeParse(value);
  if (read.success) return { line: read.data };
  const [issue] = read.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return { code: 'invalid_value', param: [...(issue?.path ?? []), ...unknown.slice(0, 1)].join('.') };
}

/** The file was deleted. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
