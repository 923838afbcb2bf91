import { flowOf } from '../../identity/principal.ts';
import { isUserOwner } from '../../identity/user.ts';
import type { UploadStore } from '../../uploads/upload-store.ts';
import { HiloError } from '../../../shared/errors.ts';
import type { Locale, Localised } from '../../../shared/locale.ts';
import type { Handlers } from '../call.ts';

type FileHandlers = Pick<Handlers, 'files.begin' | 'files.append' | 'files.end'>;

export interface FileServices {
  readonly uploads: Pick<UploadStore, 'append' | 'begin' | 'discard' | 'end' | 'take'>;
  /** Of a file of a batch. */
  readonly batchBytesMax: number;
}

/** [F-1] [F-2] */
export function fileHandlers({ uploads, batchBytesMax }: FileServices): FileHandlers {
  return {
    async 'files.begin'({ bytes, purpose }, { principal: { owner }, connection }) {
      const whose = { owner, quota: flowOf(owner, connection.address) };
      // Only users have batches.
      const isLonger = purpose === 'batch' && isUserOwner(owner);
      const own = isLonger ? { ...whose, fileBytesMax: batchBytesMax } : whose;
      return { file: await uploads.begin(own, bytes) };
    },

    'files.append': ({ file, at, data }, { principal, session }) =>
      uploads.append(principal.owner, file, at, bytesOf(data, session.locale)),

    'files.end': ({ file, discard }, { principal: { owner } }) =>
      discard === true ? uploads.discard(owner, file) : uploads.end(owner, file),
  };
}

/** `Buffer` passes over what is not base64, so a piece would have other bytes than its sender thinks. */
function bytesOf(data: string, locale: Locale): Buffer {
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64') === data) return bytes;
  throw new HiloError('invalid_params', { values: { detail: NOT_BASE64[locale], param: 'data' } });
}

const NOT_BASE64: Localised = { en: 'data: base64 is expected', es: 'data: se espera base64' };
