/** What passes between the thread that reads a document and the side that asks for it. */

export const DOCUMENT_TYPES = ['pdf', 'docx', 'html', 'text'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export interface Document {
  /** By its content, whatever its name. */
  readonly type: DocumentType;
  /** In paragraphs, with an empty line between them. */
  readonly text: string;
  /** Empty when the document has none. */
  readonly title: string;
  /** Of a PDF. */
  readonly pages: number | undefined;
}

/** Why a document cannot be read; `type` and `too_large` say more in `detail`. */
export type DocumentFault = 'type' | 'broken' | 'too_large' | 'locked' | 'empty';

export class DocumentError extends Error {
  readonly fault: DocumentFault;
  /** Of `type`: what it is. Of `too_large`: which limit it breaks. */
  readonly detail: string;

  constructor(fault: DocumentFault, detail = '', cause?: unknown) {
    super(`${fault} ${detail}`.trim(), { cause });
    this.name = 'DocumentError';
    this.fault = fault;
    this.detail = detail;
  }
}

export interface ReadRequest {
  readonly bytes: Uint8Array;
  /** Of HTML and text, when whoever sent them named it. */
  readonly charset: string | undefined;
}

export type ReadMessage =
  | { readonly type: 'page'; readonly done: number; readonly total: number }
  | { readonly type: 'read'; readonly document: Document }
  | { readonly type: 'fault'; readonly fault: DocumentFault; readonly detail: string };

/** Which limit of `too_large` it was. */
export type SizeLimit = 'pages' | 'text' | 'unpacked' | 'memory' | 'time' | 'elements';
