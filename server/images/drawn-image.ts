/** An image that has been read, checked and written anew: nothing of what came with it is left. */
export interface DrawnImage {
  readonly png: Buffer;
  /** A JPEG, no larger than a preview needs to be. */
  readonly preview: Buffer;
  readonly width: number;
  readonly height: number;
  /** Of the PNG, in hexadecimal: what the ledger commits to. */
  readonly sha256: string;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What is drawn where there is no model: the same picture for the same wish. */
export interface PlaceholderWish {
  readonly prompt: string;
  readonly style?: string | undefined;
  readonly size: ImageSize;
  readonly seed?: number | undefined;
  /** Of several for one prompt, from 0. */
  readonly index: number;
}
