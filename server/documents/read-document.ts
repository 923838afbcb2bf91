/** From bytes to text. Runs in a thread: any of it may take all the memory and time that there is. */
import { DocumentError, type Document, type ReadRequest } from './document.ts';
import { DOCUMENT_LIMITS } from './limits.ts';
import { decodeText, hasByteOrderMark, tidyText } from './plain-text.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

type OnPage = (done: number, total: number) => void;

/** Each reader is loaded when a document needs it. Throws `DocumentError`. */
export async function readDocument(request: ReadRequest, onPage: OnPage): Promise<Document> {
  const document = await readAny(request, onPage).catch((error: unknown) => {
    throw error instanceof DocumentError ? error : new DocumentError('broken', '', error);
  });
  const text = tidyText(document.text);
  if (text.length > DOCUMENT_LIMITS.charactersMax) throw new DocumentError('too_large', 'text');
  if (text === '') throw new DocumentError('empty');
  return { ...document, text: text.toWellFormed(), title: tidyTitle(document.title) };
}

async function readAny({ bytes, charset }: ReadRequest, onPage: OnPage): Promise<Document> {
  const mime = await typeOf(bytes);
  if (mime === 'application/pdf') {
    const { readPdf } = await import('./pdf-text.ts');
    return { type: 'pdf', ...(await readPdf(bytes, onPage)) };
  }
  if (mime === DOCX) {
    const { readDocx } = await import('./docx-text.ts');
    return { type: 'docx', text: await readDocx(bytes), title: '', pages: undefined };
  }
  if (mime !== undefined && mime !== 'application/xml') throw new DocumentError('type', mime);
  const text = decodeText(bytes, charset);
  if (!isHtml(text)) return { type: 'text', text, title: '', pages: undefined };
  const { readPage } = await import('./html-text.ts');
  const declared = charset ?? declaredCharset(text);
  return { type: 'html', ...readPage(decodeText(bytes, declared)), pages: undefined };
}

/** Undefined for text: a byte order mark of UTF-16 would pass for a piece of music. */
async function typeOf(bytes: Uint8Array): Promise<string | undefined> {
  if (hasByteOrderMark(bytes)) return undefined;
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(bytes))?.mime;
}

const HEAD_CHARACTERS = 1_024;

function isHtml(text: string): boolean {
  const head = text
    .slice(0, HEAD_CHARACTERS)
    .replaceAll(/<!--[^]*?-->|<\?[^>]*\?>/gu, '')
    .trimStart();
  return /^<(?:!doctype html|html|head|body|title|meta|div|p|article|main|h1|table|script)\b/iu.test(head);
}

/** `<meta charset=…>`, also in the older form. */
function declaredCharset(html: string): string | undefined {
  return /<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{1,40})/iu.exec(
    html.slice(0, HEAD_CHARACTERS * 4),
  )?.[1];
}

const TITLE_CHARACTERS_MAX = 200;

function tidyTitle(title: string): string {
  return tidyText(title).replaceAll(/\s+/gu, ' ').slice(0, TITLE_CHARACTERS_MAX).toWellFormed();
}
