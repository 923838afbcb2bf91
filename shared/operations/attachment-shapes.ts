/** Files that are sent with a message. */
import { z } from 'zod';
import { ATTACHMENT_LIMITS, ATTACHMENT_TYPES, fileName } from '../attachments.ts';
import type { Locale, Localised } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { FileId } from './common.ts';

const NAME_CHARACTERS = 1_024;

/** How a file is shown, without its folders. */
export const FileName = z
  .string()
  .max(NAME_CHARACTERS)
  .overwrite((written) => fileName(written) || 'file');

/** A file that came by `files.begin`, `files.append` and `files.end`. */
export const AttachmentInput = z.strictObject({
  file: FileId,
  /** Its type is found by its content. */
  name: FileName,
});

export const AttachmentInputs = z.array(AttachmentInput).min(1).max(ATTACHMENT_LIMITS.filesMax);

/** What is shown of an attachment. */
export const Attachment = z.strictObject({
  name: z.string(),
  /** By its content. */
  type: z.enum(ATTACHMENT_TYPES),
  /** Of the file as it came. */
  bytes: z.int().nonnegative(),
  /** Of a PDF. */
  pages: z.int().positive().optional(),
  /** Estimated, of what the model was sent. */
  tokens: z.int().nonnegative(),
  /** The model was sent only the beginning of its text. */
  truncated: z.literal(true).optional(),
  /** SHA-256 in hexadecimal: of the file as it came … */
  fileHash: z.string(),
  /** … and of what the model was sent of it. The ledger commits to both. */
  sentHash: z.string(),
});

export type Attachment = z.output<typeof Attachment>;

/** `report.pdf (PDF, 12 pages)`, as the text face names it. */
export function attachmentLine(
  { name, type, pages, truncated }: Pick<Attachment, 'name' | 'pages' | 'truncated' | 'type'>,
  locale: Locale,
): string {
  const facts: string[] = [TYPES[type][locale]];
  if (pages !== undefined) facts.push(`${pages} ${(pages === 1 ? PAGE : PAGES)[locale]}`);
  if (truncated) facts.push(BEGINNING[locale]);
  return `${safeLine(name)} (${facts.join(', ')})`;
}

const TYPES = {
  pdf: { en: 'PDF', es: 'PDF' },
  docx: { en: 'Word document', es: 'documento de Word' },
  html: { en: 'web page', es: 'página web' },
  text: { en: 'text', es: 'texto' },
  image: { en: 'picture', es: 'imagen' },
} as const satisfies Record<Attachment['type'], Localised>;
const PAGE: Localised = { en: 'page', es: 'página' };
const PAGES: Localised = { en: 'pages', es: 'páginas' };
const BEGINNING: Localised = { en: 'only the beginning was sent', es: 'solo se envió el principio' };
