/** The contents of the files of a conversation, in pieces that fit into pages of an export. */
import type { SentAttachment } from '../attachments/attachment.ts';
import { AttachmentRows } from '../attachments/attachment-rows.ts';
import type { Store } from '../store/store.ts';

export const FILE_PIECES = {
  /** UTF-16 code units of a text. */
  characters: 24 * 1024,
  /** Of a picture: a multiple of three, so that its pieces in base64 are that of the whole when joined. */
  bytes: 24 * 1024,
} as const;

/** Where the next piece begins. */
export interface FilePlace {
  /** The number of the message. */
  readonly message: number;
  readonly position: number;
  /** In the content, in code units or bytes. */
  readonly offset: number;
}

export const FIRST_FILE: FilePlace = { message: 0, position: 0, offset: 0 };

export interface FilePiece {
  readonly message: string;
  readonly position: number;
  /** Of a document … */
  readonly text?: string;
  /** … or of a picture, in base64. */
  readonly data?: string;
}

export interface FilesPage {
  readonly pieces: readonly FilePiece[];
  /** Undefined when nothing follows. */
  readonly next: FilePlace | undefined;
}

export class ConversationFiles {
  readonly #store: Pick<Store, 'db'>;
  readonly #rows: AttachmentRows;

  constructor(store: Pick<Store, 'db'>) {
    this.#store = store;
    this.#rows = new AttachmentRows(store);
  }

  async hasAny(conversation: number): Promise<boolean> {
    return (await this.#at(conversation, FIRST_FILE)) !== undefined;
  }

  /** As many as fit into a page; one at least, if there is one. */
  async page(conversation: number, from: FilePlace): Promise<FilesPage> {
    const pieces: FilePiece[] = [];
    let characters = 0;
    let place = from;
    while (characters < FILE_PIECES.characters) {
      const found = await this.#at(conversation, place);
      if (!found) return { pieces, next: undefined };
      const { message, position } = found;
      const isSame = message === place.message && position === place.position;
      const content = await this.#rows.content(message, position);
      const cut = content && pieceOf(content, isSame ? place.offset : 0);
      if (cut) {
        pieces.push({ message: String(message), position, ...cut.piece });
        characters += cut.characters;
      }
      place =
        cut?.next === undefined
          ? { message, position: position + 1, offset: 0 }
          : { message, position, offset: cut.next };
    }
    return { pieces, next: place };
  }

  /** The first one there, or after it. */
  #at(conversation: number, { message, position }: FilePlace) {
    return this.#store.db
      .selectFrom('attachments')
      .innerJoin('messages', 'messages.number', 'attachments.message')
      .select(['attachments.message', 'attachments.position'])
      .where('messages.conversation', '=', conversation)
      .where('messages.status', '<>', 'failed')
      .where((where) =>
        where.or([
          where('attachments.message', '>', message),
          where.and([
            where('attachments.message', '=', message),
            where('attachments.position', '>=', position),
          ]),
        ]),
      )
      .orderBy('attachments.message')
      .orderBy('attachments.position')
      .limit(1)
      .executeTakeFirst();
  }
}

interface Cut {
  readonly piece: Pick<FilePiece, 'data' | 'text'>;
  readonly characters: number;
  /** Where the next one begins; undefined after the last one. */
  readonly next: number | undefined;
}

function pieceOf({ type, text, data }: SentAttachment, offset: number): Cut {
  if (type === 'image') {
    const bytes = data ?? new Uint8Array();
    const end = offset + FILE_PIECES.bytes;
    const piece = Buffer.from(bytes.subarray(offset, end)).toString('base64');
    return { piece: { data: piece }, characters: piece.length, next: end < bytes.length ? end : undefined };
  }
  let end = offset + FILE_PIECES.characters;
  // Not between the two halves of a character.
  if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end += 1;
  const piece = text.slice(offset, end);
  return { piece: { text: piece }, characters: piece.length, next: end < text.length ? end : undefined };
}
