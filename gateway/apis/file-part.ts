/** Files in requests, as data URLs (RFC 2397) or in base64 alone. What they are is found by their content. */
import type { RequestPart } from '../../shared/operations/completion-shapes.ts';
import { unsupported } from './read-body.ts';

type FilePart = Extract<RequestPart, { readonly type: 'file' }>;

export interface WrittenFile {
  readonly filename?: string | null | undefined;
  readonly file_data?: string | null | undefined;
}

const DATA_URL = /^data:[^,]{0,200};base64,/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const NOT_DATA = {
  en: 'send the file itself, as a data URL in base64; nothing is fetched, and files by id are not kept here',
  es: 'envía el propio archivo, como URL data en base64; no se descarga nada ni se guardan archivos por id',
} as const;

/** Throws `member_unsupported` for a file that is only named. */
export function filePart({ filename, file_data }: WrittenFile, place: string): FilePart {
  const data = (file_data ?? '').replace(DATA_URL, '').replaceAll(/\s/g, '');
  if (!BASE64.test(data)) throw unsupported(place, NOT_DATA);
  return { type: 'file', name: filename || 'file', data };
}
