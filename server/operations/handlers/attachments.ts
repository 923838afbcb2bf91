import { HiloError } from '../../../shared/errors.ts';
import type { AttachmentRows } from '../../attachments/attachment-rows.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import type { Handlers } from '../call.ts';
import { requireMessage } from './messages.ts';

interface AttachmentServices {
  readonly attachmentRows: Pick<AttachmentRows, 'content'>;
  readonly messages: MessageTree;
}

/** A multiple of three, so that pieces of base64 can be joined. */
const PIECE_BYTES = 96 * 1024;

export function attachmentHandlers({
  attachmentRows,
  messages,
}: AttachmentServices): Pick<Handlers, 'attachments.read'> {
  return {
    async 'attachments.read'({ message, position }, { principal, signal }, sink) {
      const { number } = await requireMessage(messages, message, principal.owner);
      const found = await attachmentRows.content(number, position);
      if (!found) throw new HiloError('not_found', { values: { what: `${message}/${position}` } });
      const { text, data, mimeType = 'text/plain; charset=utf-8' } = found;
      const content = data ? Buffer.from(data) : Buffer.from(text);
      const about = { type: mimeType, bytes: content.length };
      sink.event('attachments.started', about);
      for (let at = 0; at < content.length; at += PIECE_BYTES) {
        if (signal.aborted) throw new HiloError('cancelled');
        sink.event('attachments.bytes', { data: content.toString('base64', at, at + PIECE_BYTES) });
        for (let wait = sink.ready(); wait; wait = sink.ready()) await wait;
      }
      return about;
    },
  };
}
