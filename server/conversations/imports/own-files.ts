/** The files of messages in our own export: what is kept of them is just what a model was sent. */
import { z } from 'zod';
import { ATTACHMENT_LIMITS, ATTACHMENT_TYPES, fileName } from '../../../shared/attachments.ts';
import { documentText, weightWith } from '../../attachments/attachment-parts.ts';
import type { SentAttachment } from '../../attachments/attachment.ts';
import { ATTACHMENT_READING } from '../../attachments/limits.ts';
import { rawTokens } from '../../support/raw-tokens.ts';
import { sha256 } from '../../support/sha256.ts';
import { IMPORT_LIMITS, ImportFault, storable } from './imported-conversation.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

export const OwnAttachments = z
  .array(
    z.object({
      name: z.string(),
      type: z.enum(ATTACHMENT_TYPES),
      bytes: z.int().nonnegative(),
      pages: z.int().positive().optional(),
      truncated: z.literal(true).optional(),
      fileHash: Hash,
      sentHash: Hash,
    }),
  )
  .max(ATTACHMENT_LIMITS.filesMax);

/** Pieces of contents, those of one file in their order. */
export const OwnFiles = z.array(
  z.object({
    message: z.string(),
    position: z.int().nonnegative(),
    text: z.string().optional(),
    data: z.base64().optional(),
  }),
);

type OwnAttachment = z.output<typeof OwnAttachments>[number];

/** What the pieces of one file come to. */
interface Content {
  text: string;
  data: Buffer[];
}

export class FileContents {
  readonly #contents = new Map<string, Content>();
  readonly #place: string;

  /** Throws `ImportFault` for more than one conversation may have. */
  constructor(files: z.output<typeof OwnFiles>, place: string) {
    this.#place = place;
    let length = 0;
    for (const { message, position, text = '', data = '' } of files) {
      length += text.length + data.length;
      if (length > IMPORT_LIMITS.filesLengthMax) throw this.#fault('files', TOO_LONG);
      const key = keyOf(message, position);
      const content = this.#contents.get(key) ?? { text: '', data: [] };
      content.text += text;
      content.data.push(Buffer.from(data, 'base64'));
      this.#contents.set(key, content);
    }
  }

  /** Those whose contents the file has. Throws `ImportFault` for one that is not what it says. */
  of(message: string, attachments: readonly OwnAttachment[]): SentAttachment[] {
    return attachments.flatMap((attachment, position) => {
      const content = this.#contents.get(keyOf(message, position));
      return content ? [this.#sent(attachment, content, `files.${message}.${position}`)] : [];
    });
  }

  #sent(attachment: OwnAttachment, content: Content, where: string): SentAttachment {
    const { type, bytes, pages, truncated, fileHash, sentHash } = attachment;
    const name = fileName(attachment.name) || 'file';
    const facts = { name, type, bytes, pages, fileHash, isTruncated: truncated === true };
    const data = Buffer.concat(content.data);
    const text = type === 'image' ? '' : documentText(storable(content.text));
    if (sha256(type === 'image' ? data : text) !== sentHash) throw this.#fault(where, NOT_SENT);
    const mimeType = type === 'image' ? pictureType(data) : undefined;
    if (type === 'image' && !mimeType) throw this.#fault(where, NO_PICTURE);
    const read = { ...facts, mimeType, text, data: type === 'image' ? data : undefined };
    return { ...read, rawTokens: Math.ceil(weightWith(read, rawTokens(text))), sentHash };
  }

  #fault(where: string, detail: ImportFault['detail']): ImportFault {
    return new ImportFault(`${this.#place}${where}`, detail);
  }
}

function keyOf(message: string, position: number): string {
  return `${position}.${message}`;
}

/** Models are sent no others. */
function pictureType(data: Buffer): 'image/jpeg' | 'image/png' | undefined {
  if (data.length > ATTACHMENT_READING.imageBytesMax) return undefined;
  const first = data.subarray(0, 8).toString('hex');
  if (first === '89504e470d0a1a0a') return 'image/png';
  return first.startsWith('ffd8ff') ? 'image/jpeg' : undefined;
}

const TOO_LONG = {
  en: `files that are longer than ${IMPORT_LIMITS.filesLengthMax} characters together`,
  es: `archivos que juntos superan los ${IMPORT_LIMITS.filesLengthMax} caracteres`,
} as const;
const NOT_SENT = {
  en: 'the content is not the one that its hash names',
  es: 'el contenido no es el que indica su hash',
} as const;
const NO_PICTURE = {
  en: 'it is no picture (PNG or JPEG), or too large',
  es: 'no es una imagen (PNG o JPEG), o es demasiado grande',
} as const;
