/** What people attach, read by what it is: pictures for models that see, everything else as a document. */
import { errorText, HiloError, type ErrorKey } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { ImageType } from '../../shared/operations/completion-shapes.ts';
import type { DocumentReader } from '../documents/document-reader.ts';
import { sha256 } from '../support/sha256.ts';
import type { ReadAttachment } from './attachment.ts';
import { documentText } from './attachment-parts.ts';
import { ATTACHMENT_READING } from './limits.ts';

/** Rejects for what is no picture that can be used. */
export interface PictureReader {
  isPicture(bytes: Uint8Array): boolean;
  forModel(
    bytes: Uint8Array,
    size: { readonly bytesMax: number; readonly sideMax: number },
    signal: AbortSignal,
  ): Promise<{ readonly data: Uint8Array; readonly mimeType: ImageType }>;
}

export interface AttachmentReaderOptions {
  readonly documents: Pick<DocumentReader, 'read'>;
  readonly pictures: PictureReader;
}

interface Reading {
  readonly locale: Locale;
  readonly signal: AbortSignal;
}

export class AttachmentReader {
  readonly #options: AttachmentReaderOptions;

  constructor(options: AttachmentReaderOptions) {
    this.#options = options;
  }

  /** Rejects with `attachment_refused`, `documents_busy`, `cancelled`. */
  async read(name: string, bytes: Uint8Array, reading: Reading): Promise<ReadAttachment> {
    const fileHash = sha256(bytes);
    const known = { name, bytes: bytes.length, fileHash, isTruncated: false } as const;
    const none = { mimeType: undefined, pages: undefined, data: undefined, text: '' } as const;
    if (this.#options.pictures.isPicture(bytes)) {
      const { data, mimeType } = await this.#picture(name, bytes, reading);
      return { ...none, ...known, type: 'image', mimeType, data };
    }
    try {
      const { type, text, pages } = await this.#options.documents.read({ bytes, ...reading });
      return { ...none, ...known, type, pages, text: documentText(text) };
    } catch (thrown) {
      throw refused(name, thrown, reading.locale);
    }
  }

  async #picture(name: string, bytes: Uint8Array, { locale, signal }: Reading) {
    const { imageBytesMax: bytesMax, imageSideMax: sideMax } = ATTACHMENT_READING;
    try {
      return await this.#options.pictures.forModel(bytes, { bytesMax, sideMax }, signal);
    } catch (cause) {
      if (signal.aborted) throw new HiloError('cancelled', { cause });
      const values = { name, because: 'image_broken', detail: BROKEN_IMAGE[locale] };
      throw new HiloError('attachment_refused', { values, cause });
    }
  }
}

/** `because` is for programs, `detail` for people. */
function refused(name: string, thrown: unknown, locale: Locale): unknown {
  if (!(thrown instanceof HiloError) || !OF_ONE_FILE.has(thrown.key)) return thrown;
  const { key: because, values } = thrown;
  const detail = because === 'document_type' ? NOT_READ[locale] : errorText(because, locale, values);
  return new HiloError('attachment_refused', { values: { name, because, detail }, cause: thrown });
}

const OF_ONE_FILE: ReadonlySet<ErrorKey> = new Set([
  'document_type',
  'document_broken',
  'document_too_large',
  'document_locked',
  'document_empty',
]);

const NOT_READ: Localised = {
  en: 'only PDF, DOCX, HTML, plain text and pictures (PNG, JPEG, WebP, GIF) can be read',
  es: 'solo se pueden leer PDF, DOCX, HTML, texto sin formato e imágenes (PNG, JPEG, WebP, GIF)',
};
const BROKEN_IMAGE: Localised = {
  en: 'the picture is damaged or too large',
  es: 'la imagen está dañada o es demasiado grande',
};
