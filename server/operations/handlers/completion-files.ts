/** Files in the messages of a completion become what models are given: texts, and images. */
import { HiloError } from '../../../shared/errors.ts';
import type { Localised } from '../../../shared/locale.ts';
import {
  COMPLETION_LIMITS,
  type CompletionPart,
  type RequestMessage,
  type RequestPart,
} from '../../../shared/operations/completion-shapes.ts';
import type { AttachmentReader } from '../../attachments/attachment-reader.ts';
import { partsOf } from '../../attachments/attachment-parts.ts';
import type { RateWindow } from '../../rationing/rate-window.ts';
import type { Call } from '../call.ts';
import { takePlace } from './turn-attachments.ts';

export interface CompletionFileServices {
  readonly attachmentReader: Pick<AttachmentReader, 'read'>;
  readonly exchange: { readonly rateWindow: RateWindow };
}

export interface MessageWithoutFiles {
  readonly role: RequestMessage['role'];
  readonly parts: readonly CompletionPart[];
}

export interface WithoutFiles {
  readonly messages: readonly MessageWithoutFiles[];
  /** Reading took the place in the rate window, whatever comes of it. */
  readonly hasPlace: boolean;
}

type FilePart = Extract<RequestPart, { readonly type: 'file' }>;

/** Rejects with `rate_limited`, `attachment_refused`, `documents_busy`, `cancelled`. */
export async function withoutFiles(
  { attachmentReader, exchange }: CompletionFileServices,
  { principal, session, signal }: Call,
  messages: readonly RequestMessage[],
): Promise<WithoutFiles> {
  const count = messages.reduce((sum, { parts }) => sum + parts.filter(isFile).length, 0);
  const { filesMax } = COMPLETION_LIMITS;
  if (count > filesMax) {
    const detail = TOO_MANY[session.locale].replace('{max}', String(filesMax));
    throw new HiloError('invalid_params', { values: { detail, param: 'messages' } });
  }
  if (count > 0) await takePlace(exchange.rateWindow, principal.owner);
  const reading = { locale: session.locale, signal };
  const read = async (part: RequestPart): Promise<readonly CompletionPart[]> => {
    if (!isFile(part)) return [part];
    return partsOf(await attachmentReader.read(part.name, Buffer.from(part.data, 'base64'), reading));
  };
  const done: MessageWithoutFiles[] = [];
  for (const { role, parts } of messages) {
    const plain: CompletionPart[] = [];
    for (const part of parts) plain.push(...(await read(part)));
    done.push({ role, parts: plain });
  }
  return { messages: done, hasPlace: count > 0 };
}

function isFile(part: RequestPart): part is FilePart {
  return part.type === 'file';
}

const TOO_MANY: Localised = {
  en: 'messages: at most {max} files',
  es: 'messages: como máximo {max} archivos',
};
