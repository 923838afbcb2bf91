/** What server, page and terminal know of files that are sent with a message. */
import { safeLine } from './text-safety.ts';

export const ATTACHMENT_LIMITS = {
  /** Of one message. */
  filesMax: 5,
  nameCharactersMax: 120,
} as const;

export const ATTACHMENT_TYPES = ['pdf', 'docx', 'html', 'text', 'image'] as const;
export type AttachmentType = (typeof ATTACHMENT_TYPES)[number];

/** By which the commitment of the ledger names an attachment. */
export interface CommittedAttachment {
  readonly name: string;
  /** SHA-256 in hexadecimal: of the file as it came … */
  readonly fileHash: string;
  /** … and of what the model was sent of it: the text in UTF-8, or the bytes of the image. */
  readonly sentHash: string;
}

/**
 * What the ledger commits to as the prompt of a message: its text; with attachments the JSON of an object
 * with exactly these members, in this order.
 */
export function committedPrompt(text: string, attachments: readonly CommittedAttachment[] = []): string {
  if (attachments.length === 0) return text;
  const files = attachments.map(({ name, fileHash, sentHash }) => ({ name, fileHash, sentHash }));
  return JSON.stringify({ text, attachments: files });
}

const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}"<>|*?:\u2028\u2029]/gu;

/** The name of a file without its folders, on one line, and without what could be taken for anything else. */
export function fileName(written: string): string {
  const last = written.split(/[/\\]/u).at(-1) ?? '';
  const plain = safeLine(last).replaceAll(NOT_IN_NAMES, '').replaceAll(/\s+/gu, ' ').trim();
  return shortened(plain.replace(/^\.+/u, ''));
}

/** The ending stays: people know files by it. */
function shortened(name: string): string {
  const { nameCharactersMax: max } = ATTACHMENT_LIMITS;
  if (name.length <= max) return name;
  const ending = /\.[\p{L}\p{N}]{1,8}$/u.exec(name)?.[0] ?? '';
  return `${name.slice(0, max - ending.length - 1).trimEnd()}…${ending}`.toWellFormed();
}
