/** The table of what is sent with messages. Its rows go with the message, by triggers. */
import type { AttachmentType } from '../../shared/attachments.ts';
import type { ImageType } from '../../shared/operations/completion-shapes.ts';

export interface AttachmentRow {
  /** The number of a prompt. */
  message: number;
  /** From 0. */
  position: number;
  name: string;
  type: AttachmentType;
  /** Of an image, as models are sent it. */
  mime_type: ImageType | null;
  /** Of the file as it came. */
  bytes: number;
  pages: number | null;
  /** Estimated, before the ratio of the model. */
  tokens: number;
  /** The model was sent only the beginning of its text. */
  truncated: number;
  /** SHA-256 of the file as it came, in hexadecimal … */
  file_hash: string;
  /** … and of what the model was sent. */
  sent_hash: string;
  /** What the model was sent of a document; empty for an image. */
  text: string;
  /** The image, as models are sent it. */
  data: Uint8Array | null;
}
