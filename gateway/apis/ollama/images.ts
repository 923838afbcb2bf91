import type { ImageType } from '../../../shared/operations/completion-shapes.ts';
import { ApiRefusal } from '../../http/api-errors.ts';

/** How the base64 of a file begins, by its type: clients of Ollama do not say what an image is. */
const BEGINNINGS: Readonly<Record<ImageType, RegExp>> = {
  'image/png': /^iVBORw0KGgo/,
  'image/jpeg': /^\/9j\//,
  'image/gif': /^R0lGOD[dl]h/,
  // `RIFF`, four bytes of length, `WEBP`
  'image/webp': /^UklGR[\w+/]{6}XRUJQ/,
};
const TYPES = Object.keys(BEGINNINGS) as ImageType[];

export interface ImagePart {
  readonly type: 'image';
  readonly mimeType: ImageType;
  readonly data: string;
}

/**
 * An image in base64, also as the data URL that pages have. Throws `ApiRefusal` for anything else; `place` is
 * where it stands in the body.
 */
export function imagePart(image: string, place: string): ImagePart {
  const data = image.replace(/^data:[\w/+.-]*;base64,/, '').replaceAll(/\s/g, '');
  const mimeType = TYPES.find((type) => BEGINNINGS[type].test(data));
  if (!mimeType || !/^[\w+/]+={0,2}$/.test(data)) throw new ApiRefusal('member_wrong', { param: place });
  const padding = '='.repeat((4 - (data.length % 4)) % 4);
  return { type: 'image', mimeType, data: data + padding };
}
