/** Where the attachments of messages under way are: read from uploads, or from earlier messages. */
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import type { ReadAttachment, SentAttachment } from './attachment.ts';
import type { AttachmentReader } from './attachment-reader.ts';
import type { AttachmentRows } from './attachment-rows.ts';
import { ATTACHMENT_READING } from './limits.ts';

export interface NamedUpload {
  /** The id of an upload. */
  readonly file: string;
  readonly name: string;
}

export interface AttachmentDeskOptions {
  readonly uploads: Pick<UploadStore, 'discard' | 'read'>;
  readonly reader: AttachmentReader;
  readonly rows: AttachmentRows;
}

interface Reading {
  readonly locale: Locale;
  readonly signal: AbortSignal;
}

/** Contents that are in memory for one message. */
export interface HeldAttachments {
  /** Rejects with what `UploadStore.read` and `AttachmentReader.read` do, and with `files_full`. */
  uploads(owner: string, uploads: readonly NamedUpload[], reading: Reading): Promise<ReadAttachment[]>;
  /** Of one message that was said before. */
  ofMessage(message: number): Promise<readonly SentAttachment[]>;
  ofMessages: AttachmentRows['contents'];
  /** Call it once. */
  release(): void;
}

export class AttachmentDesk {
  readonly #options: AttachmentDeskOptions;
  #held = 0;

  constructor(options: AttachmentDeskOptions) {
    this.#options = options;
  }

  /** What is held now, of all messages. */
  get held(): number {
    return this.#held;
  }

  open(): HeldAttachments {
    const { uploads: store, reader, rows } = this.#options;
    let held = 0;
    const hold = <Content extends Pick<ReadAttachment, 'data' | 'text'>>(contents: readonly Content[]) => {
      const size = contents.reduce((sum, { data, text }) => sum + (data?.length ?? 0) + text.length, 0);
      this.#take(size);
      held += size;
      return contents;
    };
    return {
      uploads: async (owner, uploads, reading) => {
        const read: ReadAttachment[] = [];
        for (const { file, name } of uploads) {
          const { content, release } = await store.read(owner, file);
          try {
            read.push(...hold([await reader.read(name, content, reading)]));
          } finally {
            release();
          }
        }
        return read;
      },
      ofMessage: async (message) => hold(await rows.all(message)),
      ofMessages: async (messages, images) => {
        const contents = await rows.contents(messages, images);
        hold([...contents.values()].flat());
        return contents;
      },
      release: () => {
        this.#held -= held;
        held = 0;
      },
    };
  }

  /** They were sent, and are kept with their message. */
  async sent(owner: string, uploads: readonly NamedUpload[]): Promise<void> {
    for (const { file } of uploads) {
      // It may be too old, and gone already.
      await this.#options.uploads.discard(owner, file).catch(() => {});
    }
  }

  #take(size: number): void {
    const { heldMax, heldRetryMs: retryAfterMs } = ATTACHMENT_READING;
    if (this.#held > 0 && this.#held + size > heldMax) throw new HiloError('files_full', { retryAfterMs });
    this.#held += size;
  }
}
