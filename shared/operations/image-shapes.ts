/** What operations about images have in common. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { truncate } from '../truncate.ts';
import { COMPLETION_ERRORS } from './completion-shapes.ts';
import { shownMinute } from './conversation-fields.ts';
import { ModelName, SHAPES, WalletName } from './common.ts';

export const IMAGE_REQUEST_LIMITS = {
  promptCharactersMax: 32_000,
  styleCharactersMax: 200,
  sideMin: 64,
  sideMax: 2_048,
  imagesMax: 4,
  seedMax: 2_147_483_647,
  pageMax: 50,
  pageDefault: 20,
} as const;

const LIMITS = IMAGE_REQUEST_LIMITS;

/** Width and height in pixels, such as `1024x768`. */
export const ImageSize = z.string().regex(SHAPES.imageSize.pattern);

export const ImageWish = z.strictObject({
  prompt: z.string().min(1).max(LIMITS.promptCharactersMax),
  /** `1024x1024` when left out. */
  size: ImageSize.optional(),
  /** The same one gives the same picture again, from models that can. */
  seed: z.int().min(0).max(LIMITS.seedMax).optional(),
  /** In words. */
  style: z.string().min(1).max(LIMITS.styleCharactersMax).optional(),
  /** The first one that draws when left out. */
  route: ModelName.optional(),
  /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
  wallet: WalletName.optional(),
  /** How many. */
  n: z.int().min(1).max(LIMITS.imagesMax).optional(),
});

export const ImageId = z.string().min(1).max(100);

export const ImageFile = z.strictObject({
  /** Below the folder of the request. */
  name: z.string(),
  type: z.string(),
  bytes: z.int().nonnegative(),
  /** Anyone can read it there for some minutes. A path is one of this server's web address. */
  url: z.string(),
});

export const DrawnPicture = z.strictObject({
  width: z.int().positive(),
  height: z.int().positive(),
  image: ImageFile,
  preview: ImageFile,
});

export const ImageMeta = z.strictObject({
  size: z.string(),
  seed: z.int().optional(),
  style: z.string().optional(),
  n: z.int().positive(),
  route: z.string().optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
});

export const IMAGE_STATUSES = ['running', 'ok', 'failed', 'cancelled', 'expired'] as const;

export const ImageRequest = z.strictObject({
  id: ImageId,
  /** `expired`: the files were deleted, since they were old. */
  status: z.enum(IMAGE_STATUSES),
  createdAt: z.iso.datetime(),
  prompt: z.string(),
  meta: ImageMeta,
  images: z.array(DrawnPicture),
  /** Where the files are in the store, by name: `image`, `preview`, `record`, `input`. */
  keys: z.record(z.string(), z.string()),
});

/** `019ad4f0-…  2026-11-30 12:00  ready  a lighthouse in the rain` */
export function shownImage(
  { id, status, createdAt, prompt }: z.output<typeof ImageRequest>,
  locale: Locale,
): string {
  const title = safeLine(truncate(prompt, SHOWN_PROMPT_CHARACTERS));
  return [id, shownMinute(createdAt), STATUS[status][locale], title].join('  ');
}

const SHOWN_PROMPT_CHARACTERS = 60;

const STATUS = {
  running: { en: 'running', es: 'en curso' },
  ok: { en: 'ready', es: 'lista' },
  failed: { en: 'failed', es: 'fallida' },
  cancelled: { en: 'cancelled', es: 'cancelada' },
  expired: { en: 'expired', es: 'caducada' },
} as const;

export const IMAGE_ERRORS = [
  ...COMPLETION_ERRORS.filter((key) => key !== 'context_length_exceeded' && key !== 'unsupported'),
  'artifacts_full',
  'artifacts_unavailable',
] as const;

const FOLDER = 'requests/2026/11/30/019ad4f0-5d2f-7e3b-9c40-6f7a8a1b7c60';

export const EXAMPLE_IMAGE: z.input<typeof ImageRequest> = {
  id: '019ad4f0-5d2f-7e3b-9c40-6f7a8a1b7c60',
  status: 'ok',
  createdAt: '2026-11-30T12:00:00.000Z',
  prompt: 'a lighthouse in the rain',
  meta: { size: '512x512', n: 1, route: 'companion', provider: 'offline', model: 'companion' },
  images: [
    {
      width: 512,
      height: 512,
      image: {
        name: 'image/original.png',
        type: 'image/png',
        bytes: 48_211,
        url: `/artifacts/image/${FOLDER}/image/original.png?expires=1796040300&signature=…`,
      },
      preview: {
        name: 'image/preview.jpg',
        type: 'image/jpeg',
        bytes: 21_904,
        url: `/artifacts/image/${FOLDER}/image/preview.jpg?expires=1796040300&signature=…`,
      },
    },
  ],
  keys: {
    image: `${FOLDER}/image/original.png`,
    preview: `${FOLDER}/image/preview.jpg`,
    input: `${FOLDER}/input.json`,
    record: `${FOLDER}/record.json`,
  },
};
