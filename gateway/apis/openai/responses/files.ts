/** Images in a request, which come as data URLs (RFC 2397). */
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

export function imageOf(url: string | undefined, place: string): ImagePart {
  const { type, data } = DATA_URL.exec(url ?? '')?.groups ?? {};
  const mimeType = IMAGE_TYPES.find((one) => one === (type === 'image/jpg' ? 'image/jpeg' : type));
  if (!mimeType || data === undefined) throw unsupported(place, NOT_DATA);
  return { type: 'image', mimeType, data };
}
