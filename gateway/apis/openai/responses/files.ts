/** Images and files in a request, which come as data URLs (RFC 2397). */
import { isUtf8 } from 'node:buffer';
import { IMAGE_TYPES, type ImageType } from '../../../../shared/operations/completion-shapes.ts';
import { unsupported } from '../../read-body.ts';

interface ImagePart {
  type: 'image';
  mimeType: ImageType;
  data: string;
}

const DATA_URL = /^data:(?<type>[\w.+/-]*)(?:;[\w.=+-]+)*;base64,(?<data>[A-Za-z0-9+/]+={0,2})$/;

const NOT_DATA = {
  en: 'send the image itself, as a data URL in base64 of PNG, JPEG, GIF or WebP; nothing is fetched',
  es: 'envía la propia imagen, como URL data en base64 de PNG, JPEG, GIF o WebP; no se descarga nada',
} as const;
const NOT_TEXT = {
  en: 'only files of plain text are read, as a data URL in base64',
  es: 'solo se leen archivos de texto sin formato, como URL data en base64',
} as const;

export function imageOf(url: string | undefined, place: string): ImagePart {
  const { type, data } = DATA_URL.exec(url ?? '')?.groups ?? {};
  const mimeType = IMAGE_TYPES.find((one) => one === (type === 'image/jpg' ? 'image/jpeg' : type));
  if (!mimeType || data === undefined) throw unsupported(place, NOT_DATA);
  return { type: 'image', mimeType, data };
}

interface FilePart {
  readonly filename?: string | undefined;
  readonly file_data?: string | undefined;
}

export function fileText({ filename, file_data }: FilePart, place: string): { type: 'text'; text: string } {
  const { type = '', data = '' } = DATA_URL.exec(file_data ?? '')?.groups ?? {};
  const bytes = Buffer.from(data, 'base64');
  const isText = type.startsWith('text/') || type === 'application/json';
  if (!isText || !isUtf8(bytes)) throw unsupported(place, NOT_TEXT);
  const text = bytes.toString('utf8');
  return { type: 'text', text: filename === undefined ? text : `${filename}\n${text}` };
}
