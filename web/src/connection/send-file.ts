/** Sends a document in pieces; the server keeps it until an operation takes it. [F-1] */
import { textOf, type Outcome } from '../../../shared/client/message.ts';
import type { Asking } from './page-line.ts';

/** Of the bytes before base64: with it and what goes around it a piece stays within a line. */
export const PIECE_BYTES = { guest: 45_000, user: 690_000 } as const;

export interface SendFileOptions {
  readonly line: Pick<Asking, 'ask'>;
  readonly pieceBytes: number;
  readonly isWanted: () => boolean;
  /** Bytes that have arrived. */
  readonly sent: (bytes: number) => void;
}

export type SentFile =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly failure: 'unreadable' | 'stopped' | Extract<Outcome, { ok: false }> };

/** What it needs of a `File`. */
export interface Sendable {
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export async function sendFile(document: Sendable, options: SendFileOptions): Promise<SentFile> {
  const { line, pieceBytes, isWanted, sent } = options;
  const begun = await line.ask('files.begin', { bytes: document.size });
  if (!begun.ok) return { ok: false, failure: begun };
  const file = textOf(begun.result['file']);
  const given = async (failure: Extract<SentFile, { ok: false }>['failure']): Promise<SentFile> => {
    await line.ask('files.end', { file, discard: true });
    return { ok: false, failure };
  };
  for (let at = 0; at < document.size; at += pieceBytes) {
    if (!isWanted()) return given('stopped');
    const piece = await document
      .slice(at, at + pieceBytes)
      .arrayBuffer()
      .catch(() => undefined);
    if (!piece) return given('unreadable');
    const outcome = await line.ask('files.append', { file, at, data: base64(new Uint8Array(piece)) });
    if (!outcome.ok) return given(outcome);
    sent(at + piece.byteLength);
  }
  const ended = await line.ask('files.end', { file });
  return ended.ok ? { ok: true, file } : { ok: false, failure: ended };
}

/** More at once than an engine takes as arguments. */
const CHARACTERS_AT_ONCE = 8_192;

function base64(bytes: Uint8Array): string {
  let characters = '';
  for (let at = 0; at < bytes.length; at += CHARACTERS_AT_ONCE) {
    characters += String.fromCharCode(...bytes.subarray(at, at + CHARACTERS_AT_ONCE));
  }
  return btoa(characters);
}
