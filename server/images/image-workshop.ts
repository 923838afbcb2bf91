/**
 * Reads and writes images with sharp, on threads of its own. One image at a time: whatever others ask for, a
 * picture takes no more than its share of the processor and of memory.
 */
import { createHash } from 'node:crypto';
import type { Sharp, SharpOptions } from 'sharp';
import type { DrawnImage, PlaceholderWish } from './drawn-image.ts';
import { placeholderSvg } from './placeholder.ts';

export const IMAGE_LIMITS = {
  /** Of what a model server sends. */
  inputBytesMax: 32 * 1024 * 1024,
  /** Width times height: a small file can be a picture that fills the memory. */
  pixelsMax: 4_096 * 4_096,
  /** Of the PNG that is written. */
  pngBytesMax: 48 * 1024 * 1024,
  previewPixels: 512,
  previewQuality: 80,
  /** For each step. */
  workSeconds: 20,
  /** Pictures that wait for their turn. */
  waitingMax: 64,
} as const;

/** The picture cannot be used; the message says why, in words for a log. */
export class ImageFault extends Error {
  override readonly name = 'ImageFault';
}

/** By their first bytes, whatever anyone says they are. SVG is not among them: it can name other files. */
const FORMATS: readonly ((bytes: Uint8Array) => boolean)[] = [
  (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]),
  (bytes) => startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42]),
];

const GIF = [0x47, 0x49, 0x46, 0x38];

const SAFELY: SharpOptions = {
  limitInputPixels: IMAGE_LIMITS.pixelsMax,
  failOn: 'error',
  // Of a moving picture the first one.
  pages: 1,
};

export interface ModelImageSize {
  readonly bytesMax: number;
  /** The longer side, in pixels. */
  readonly sideMax: number;
}

/** In a format that every model server reads. */
export interface ModelImage {
  readonly data: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/png';
}

type OpenImage = (input: Buffer, options: SharpOptions) => Sharp;

export class ImageWorkshop {
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #open: Promise<OpenImage> | undefined;

  /** Checks what came from a model server. Rejects with `ImageFault`, or the reason of the signal. */
  read(bytes: Buffer, signal: AbortSignal): Promise<DrawnImage> {
    if (bytes.length > IMAGE_LIMITS.inputBytesMax) throw new ImageFault('The image is too large');
    if (!FORMATS.some((isFormat) => isFormat(bytes))) {
      throw new ImageFault('The image is neither PNG nor JPEG nor WebP');
    }
    return this.#inTurn(signal, (open) => written(() => open(bytes, SAFELY).autoOrient()));
  }

  /** Whether it begins as a picture does that people may send to a model. */
  isPicture(bytes: Uint8Array): boolean {
    return startsWith(bytes, GIF) || FORMATS.some((isFormat) => isFormat(bytes));
  }

  /**
   * A picture that somebody sends to a model: upright, small enough, and without its notes, which may say
   * where it was taken. Rejects as `read` does.
   */
  forModel(bytes: Uint8Array, size: ModelImageSize, signal: AbortSignal): Promise<ModelImage> {
    return this.#inTurn(signal, (open) => shrunk(() => open(Buffer.from(bytes), SAFELY), size));
  }

  placeholder(wish: PlaceholderWish, signal: AbortSignal): Promise<DrawnImage> {
    const svg = Buffer.from(placeholderSvg(wish));
    return this.#inTurn(signal, (open) => written(() => open(svg, {})));
  }

  async #inTurn<Result>(signal: AbortSignal, run: (open: OpenImage) => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    if (this.#waiting >= IMAGE_LIMITS.waitingMax) throw new ImageFault('Too many images wait');
    this.#waiting += 1;
    const before = this.#turn;
    const mine = (async () => {
      await before.catch(() => {});
      signal.throwIfAborted();
      return run(await (this.#open ??= loadSharp()));
    })();
    this.#turn = mine;
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}

async function loadSharp(): Promise<OpenImage> {
  const { default: sharp } = await import('sharp');
  // Nothing that was drawn stays in memory.
  sharp.cache(false);
  return sharp;
}

/** As a PNG without its profile and notes, and as a preview. */
async function written(open: () => Sharp): Promise<DrawnImage> {
  const { workSeconds: seconds, previewPixels, previewQuality: quality } = IMAGE_LIMITS;
  try {
    const { data: png, info } = await open()
      .toColourspace('srgb')
      .timeout({ seconds })
      .png({ compressionLevel: 6, adaptiveFiltering: false })
      .toBuffer({ resolveWithObject: true });
    if (png.length > IMAGE_LIMITS.pngBytesMax) throw new ImageFault('The image is too large as a PNG');
    const preview = await open()
      .timeout({ seconds })
      .resize(previewPixels, previewPixels, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality })
      .toBuffer();
    const sha256 = createHash('sha256').update(png).digest('hex');
    return { png, preview, width: info.width, height: info.height, sha256 };
  } catch (error) {
    if (error instanceof ImageFault) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new ImageFault(`The image cannot be read: ${words.slice(0, 200)}`, { cause: error });
  }
}

/** A picture that is drawn stays a PNG as long as it fits: JPEG would blur its letters. */
async function shrunk(open: () => Sharp, { bytesMax, sideMax }: ModelImageSize): Promise<ModelImage> {
  const { workSeconds: seconds } = IMAGE_LIMITS;
  const sized = (side: number) =>
    open()
      .autoOrient()
      .toColourspace('srgb')
      .timeout({ seconds })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true });
  try {
    const { format } = await open().metadata();
    if (format === 'png' || format === 'gif') {
      const data = await sized(sideMax).png({ compressionLevel: 9 }).toBuffer();
      if (data.length <= bytesMax) return { data, mimeType: 'image/png' };
    }
    for (let side = sideMax; ; side = Math.floor(side * SIDE_CUT)) {
      const data = await sized(side).flatten({ background: '#ffffff' }).jpeg({ quality: 85 }).toBuffer();
      if (data.length <= bytesMax) return { data, mimeType: 'image/jpeg' };
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ImageFault(`The image cannot be read: ${words.slice(0, 200)}`, { cause: error });
  }
}

const SIDE_CUT = 0.75;

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
