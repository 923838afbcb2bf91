/** The text of a C2SP tlog-checkpoint: origin, tree size, root, one a line. Browser-safe. */
import { decodeBase64, encodeBase64 } from './base64.ts';

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
}

/** Reads a checkpoint's text. Extension lines are allowed by the format and ignored; empty lines are not. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined || lines.includes(''))
    return undefined;
  const rootBytes = decodeBase64(root);
  const sizeNumber = parseDecimal(size);
  if (rootBytes?.length !== 32 || sizeNumber === undefined) return undefined;
  return { origin, size: sizeNumber, root: rootBytes };
}

/** A non-negative integer without leading zeroes that a JavaScript number holds exactly. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
