/** Files that are sent with a message. */
import type { AttachmentType } from '../../shared/attachments.ts';
import type { ImageType } from '../../shared/operations/completion-shapes.ts';

/** What people see of an attachment; nothing of its content. */
export interface AttachmentFacts {
  readonly name: string;
  /** By its content, whatever its name. */
  readonly type: AttachmentType;
  /** Of an image, as models are sent it. */
  readonly mimeType: ImageType | undefined;
  /** Of the file as it came. */
  readonly bytes: number;
  /** Of a PDF. */
  readonly pages: number | undefined;
  /** SHA-256 of the file as it came, in hexadecimal. */
  readonly fileHash: string;
}

/** As it was read. */
export interface ReadAttachment extends AttachmentFacts {
  /** Of a document; empty for an image. */
  readonly text: string;
  /** Of an image, as models are sent it. */
  readonly data: Uint8Array | undefined;
  /** Its text was cut when it was sent before. */
  readonly isTruncated: boolean;
}

/** What is kept and shown of it beside its content, once it was sent. */
export interface SentFacts extends AttachmentFacts {
  /** Estimated, before the ratio of the model. */
  readonly rawTokens: number;
  /** The model was sent only the beginning. */
  readonly isTruncated: boolean;
  /** SHA-256 of what the model was sent: the text in UTF-8, or the bytes of the image. */
  readonly sentHash: string;
}

/** As the model was sent it: just this is kept. */
export type SentAttachment = SentFacts & Pick<ReadAttachment, 'data' | 'text'>;

/** The attachments of a message that was said before, as a conversation remembers them. */
export interface Attached {
  readonly facts: readonly SentFacts[];
  readonly rawTokens: number;
  /** The number of the message whose rows have the contents … */
  readonly message?: number;
  /** … or the contents, of a conversation that is kept nowhere. */
  readonly contents?: readonly SentAttachment[];
}

/** In memory, in UTF-16 code units or bytes. */
export function lengthOf(attached: Attached | undefined): number {
  const contents = attached?.contents ?? [];
  return contents.reduce((sum, { text, data }) => sum + text.length + (data?.length ?? 0), 0);
}

export function factsOf({ text: _text, data: _data, ...facts }: SentAttachment): SentFacts {
  return facts;
}

/** With the number of the message the contents are in its rows; without it they are kept here. */
export function attachedTo(contents: readonly SentAttachment[] = [], message?: number): Attached | undefined {
  if (contents.length === 0) return undefined;
  const rawTokens = contents.reduce((sum, each) => sum + each.rawTokens, 0);
  const facts = contents.map(factsOf);
  return message === undefined ? { facts, rawTokens, contents } : { facts, rawTokens, message };
}
