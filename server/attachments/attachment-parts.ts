/** How models are given attachments: documents as text between lines that name them, images as they are. */
import type { CompletionPart } from '../../shared/operations/completion-shapes.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import type { ReadAttachment, SentAttachment, SentFacts } from './attachment.ts';

/** Models differ between some hundred and some thousand for each. */
export const IMAGE_TOKENS = 1_024;

/** A text cannot end its own part of the message: what looks like the line at its end is made to differ. */
const END_OF_FILE = /<(?=\s*\/\s*file\b)/giu;

export function documentText(text: string): string {
  return text.replaceAll(END_OF_FILE, '&lt;');
}

/** The message as the model reads it: the documents first, since what is asked about them follows best. */
export function partsWith(
  text: string,
  attachments: readonly SentAttachment[],
  isSeen: (image: SentAttachment) => boolean,
): CompletionPart[] {
  const parts = attachments.flatMap((each) =>
    each.type === 'image' && !isSeen(each) ? [unseen(each)] : partsOf(each),
  );
  return [...parts, textPart(text)];
}

/** An attachment by itself. */
export function partsOf(attachment: ReadAttachment): CompletionPart[] {
  const { type, mimeType, data, text } = attachment;
  if (type !== 'image') return [textPart(`${headOf(attachment)}${text}${FOOT}`)];
  if (!mimeType || !data) return [unseen(attachment)];
  return [{ type: 'image', mimeType, data: Buffer.from(data).toString('base64') }];
}

/** What a model is told of an image that it is not sent. */
function unseen({ name }: Pick<SentFacts, 'name'>): CompletionPart {
  return textPart(`<image name="${name}"/>\n\n`);
}

/** Of an attachment whose text has this weight. */
export function weightWith(attachment: ReadAttachment, textTokens: number): number {
  if (attachment.type === 'image') return IMAGE_TOKENS;
  return rawTokens(headOf({ ...attachment, isTruncated: true })) + textTokens + rawTokens(FOOT);
}

type Headed = Pick<SentFacts, 'isTruncated' | 'name' | 'pages' | 'type'>;

/** Names have no quotes and no angle brackets. */
function headOf({ name, type, pages, isTruncated }: Headed): string {
  const facts = [`name="${name}"`, `type="${type}"`];
  if (pages !== undefined) facts.push(`pages="${pages}"`);
  if (isTruncated) facts.push('part="beginning"');
  return `<file ${facts.join(' ')}>\n`;
}

const FOOT = '\n</file>\n\n';

function textPart(text: string): CompletionPart {
  return { type: 'text', text };
}
