/** Pictures that were sent with messages, as the server keeps them: read one after the other, shown small. */
import { textOf } from '../../../../shared/client/message.ts';
import type { RequestListener } from '../../../../shared/client/requests.ts';
import type { Asking } from '../../connection/page-line.ts';

/** In pixels; drawn at half of it on fine screens. */
const SIDE_MAX = 384;

export interface SentPicture {
  readonly line: Pick<Asking, 'request'>;
  readonly message: string;
  /** Among the files of the message. */
  readonly position: number;
}

export class SentPictures {
  readonly #shrink: (bytes: Blob) => Promise<string>;
  #before: Promise<unknown> = Promise.resolve();

  constructor(shrink = shrunk) {
    this.#shrink = shrink;
  }

  /** A data URL; undefined where it cannot be had, or is not wanted any more when its turn comes. */
  read(picture: SentPicture, isWanted: () => boolean): Promise<string | undefined> {
    const reading = this.#before.then(async () => {
      const bytes = isWanted() ? await bytesOf(picture) : undefined;
      return bytes && (await this.#shrink(bytes).catch(() => undefined));
    });
    this.#before = reading;
    return reading;
  }
}

function bytesOf({ line, message, position }: SentPicture): Promise<Blob | undefined> {
  return new Promise((resolve) => {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const listener: RequestListener = {
      event(name, params) {
        if (name === 'attachments.bytes') pieces.push(decoded(textOf(params['data'])));
      },
      // It is sent again, and answered from the beginning.
      repeated() {
        pieces.length = 0;
      },
      settled: (outcome) => resolve(outcome.ok ? new Blob(pieces) : undefined),
    };
    if (line.request('attachments.read', { message, position }, listener) === undefined) resolve(undefined);
  });
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Only this copy stays in the page, and goes with the message that shows it. */
async function shrunk(bytes: Blob): Promise<string> {
  const bitmap = await createImageBitmap(bytes);
  const scale = Math.min(1, SIDE_MAX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL('image/png');
}
