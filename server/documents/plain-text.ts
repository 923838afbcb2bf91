/** Bytes that may be text. */
import { DocumentError } from './document.ts';

/** What files of text have below the space: tab, line feed, form feed, carriage return, escape. */
const CONTROLS_OF_TEXT: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
const SPACE = 0x20;
const BYTE_ORDER_MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

/**
 * A byte order mark counts most, then what the sender says, then UTF-8, and Windows-1252 as the last guess.
 * Throws `DocumentError` when it is not text.
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const text =
    decodeAs(bytes, markOf(bytes) ?? charset) ??
    decodeAs(bytes, 'utf-8') ??
    decodeAs(bytes, 'windows-1252') ??
    '';
  if (hasOtherControls(text)) throw new DocumentError('type', 'application/octet-stream');
  return text.toWellFormed();
}

export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return markOf(bytes) !== undefined;
}

function markOf(bytes: Uint8Array): string | undefined {
  return BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
}

function hasOtherControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < SPACE && !CONTROLS_OF_TEXT.has(code)) return true;
  }
  return false;
}

/** Undefined for a charset that nobody knows, and for bytes that are not in it. */
function decodeAs(bytes: Uint8Array, charset: string | undefined): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lines without spaces at their ends, at most one empty line between two, none at the beginning and end. */
export function tidyText(text: string): string {
  return text
    .replaceAll(/\r\n?|\u2028|\u2029|\f/gu, '\n')
    .replaceAll('\0', '')
    .replaceAll(/[^\S\n]+/gu, ' ')
    .replaceAll(/ ?\n ?/gu, '\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
