/** The text of a PDF, page after page. Scripts in it are never run. */
import { getDocumentProxy } from 'unpdf';
import { DocumentError } from './document.ts';
import { DOCUMENT_LIMITS } from './limits.ts';

export interface PdfText {
  readonly title: string;
  readonly text: string;
  readonly pages: number;
}

/** Throws `DocumentError`, or what the package throws. */
export async function readPdf(
  bytes: Uint8Array,
  onPage: (done: number, total: number) => void,
): Promise<PdfText> {
  const pdf = await openPdf(bytes);
  const { numPages: total } = pdf;
  if (total > DOCUMENT_LIMITS.pagesMax) throw new DocumentError('too_large', 'pages');
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= total; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    characters += text.length;
    if (characters > DOCUMENT_LIMITS.charactersMax) throw new DocumentError('too_large', 'text');
    pages.push(text);
    onPage(number, total);
  }
  const { info } = await pdf.getMetadata();
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title : '';
  return { title, text: pages.join('\n\n'), pages: total };
}

async function openPdf(bytes: Uint8Array): ReturnType<typeof getDocumentProxy> {
  try {
    return await getDocumentProxy(bytes, {
      disableFontFace: true,
      enableXfa: false,
      useSystemFonts: false,
      useWorkerFetch: false,
      verbosity: 0,
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new DocumentError('locked', '', error);
    throw error;
  }
}
