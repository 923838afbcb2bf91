/** Reads a response of which nothing can be trusted: neither its length, nor its end, nor its coding. */
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { OutboundError } from './outbound-error.ts';

export interface ReadOptions {
  /** Of the body as it arrives, and of the body once it is unpacked. */
  readonly bytesMax: number;
  /** What happens to a longer one: it is refused, or its beginning is enough. */
  readonly overlong: 'refuse' | 'cut';
  /** Something has arrived. */
  readonly onProgress: () => void;
  readonly signal: AbortSignal;
}

/** In this form for the header `accept-encoding`; other codings are not read. */
export const ACCEPTED_CODINGS = 'gzip, br';

const DECODERS = {
  gzip: () => createGunzip({ chunkSize: DECODED_CHUNK_BYTES }),
  'x-gzip': () => createGunzip({ chunkSize: DECODED_CHUNK_BYTES }),
  br: () => createBrotliDecompress({ chunkSize: DECODED_CHUNK_BYTES }),
} as const;

/** A bomb is noticed after this many bytes more than are allowed. */
const DECODED_CHUNK_BYTES = 16 * 1024;

/** Throws `OutboundError`, or what the stream failed with. */
export async function readResponse(body: Readable, coding: string, options: ReadOptions): Promise<Buffer> {
  const decoder = decoderFor(coding);
  const kept: Buffer[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > options.bytesMax) {
        kept.push(chunk.subarray(0, chunk.length - (bytes - options.bytesMax)));
        throw new OutboundError('too_large', `The body has more than ${options.bytesMax} bytes`);
      }
      kept.push(chunk);
    }
  };
  const { signal } = options;
  try {
    if (decoder) await pipeline(body, countArrived(options), decoder, collect, { signal });
    else await pipeline(body, countArrived(options), collect, { signal });
  } catch (error) {
    const isCut = error instanceof OutboundError && error.fault === 'too_large';
    if (!isCut || options.overlong === 'refuse') throw error;
  }
  return Buffer.concat(kept);
}

function decoderFor(coding: string): Transform | undefined {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const isKnown = Object.hasOwn(DECODERS, name);
  if (!isKnown) throw new OutboundError('protocol', 'The body has a coding that was not asked for');
  return DECODERS[name as keyof typeof DECODERS]();
}

/** Also of what unpacks to nothing, which no limit of the unpacked body would ever stop. */
function countArrived({ bytesMax, onProgress }: ReadOptions): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onProgress();
      // One byte more passes, so that the reader behind sees that there is more.
      const isOver = bytes > bytesMax + DECODED_CHUNK_BYTES;
      done(isOver ? new OutboundError('too_large', `More than ${bytesMax} bytes arrived`) : null, chunk);
    },
  });
}
