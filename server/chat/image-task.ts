/** A wish for images as a task. */
import { HiloError } from '../../shared/errors.ts';
import type { GivenInputOf } from '../../shared/define-operation.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import { IMAGE_REQUEST_LIMITS } from '../../shared/operations/image-shapes.ts';
import type { Operations } from '../../shared/operations/index.ts';
import type { ImageTask } from './exchange.ts';

export type ImageWish = Omit<GivenInputOf<Operations['images.generate']>, 'data'>;

const SIZE_DEFAULT = '1024x1024';

/** Throws `invalid_params` for sizes that are not drawn. */
export function imageTask(
  { prompt, style, seed, size = SIZE_DEFAULT, n = 1 }: ImageWish,
  locale: Locale,
): ImageTask {
  const [width = 0, height = 0] = size.split('x').map(Number);
  const { sideMin, sideMax } = IMAGE_REQUEST_LIMITS;
  if (Math.min(width, height) < sideMin || Math.max(width, height) > sideMax) {
    throw new HiloError('invalid_params', { values: { detail: SIDES[locale], param: 'size' } });
  }
  return { kind: 'image', prompt, style, seed, size: { width, height }, count: n };
}

/** What is kept of what was asked. */
export function imageInput({ prompt, seed, style, route }: ImageWish, task: ImageTask) {
  return { prompt, size: sizeText(task), n: task.count, seed, style, route };
}

/** What lists show of it, and of the pictures that have come. */
export function imageMeta(
  { seed, style }: ImageWish,
  task: ImageTask,
  sizes: readonly (readonly [width: number, height: number])[],
) {
  const wished = { size: sizeText(task), n: task.count, ...(seed !== undefined && { seed }) };
  return { ...wished, ...(style !== undefined && { style }), sizes };
}

function sizeText({ size: { width, height } }: ImageTask): string {
  return `${width}x${height}`;
}

const SIDES: Localised = {
  en: `size: each side has ${IMAGE_REQUEST_LIMITS.sideMin} to ${IMAGE_REQUEST_LIMITS.sideMax} pixels`,
  es: `size: cada lado tiene de ${IMAGE_REQUEST_LIMITS.sideMin} a ${IMAGE_REQUEST_LIMITS.sideMax} píxeles`,
};
