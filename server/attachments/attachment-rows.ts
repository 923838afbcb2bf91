/**
 * The rows of attachments. They go with their message: triggers in the database delete them when it is
 * deleted or erased, since every way of doing that must.
 */
import { ATTACHMENT_LIMITS } from '../../shared/attachments.ts';
import type { Step } from '../store/batch.ts';
import type { AttachmentRow, Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { SentAttachment, SentFacts } from './attachment.ts';

const FACTS = [
  'message',
  'position',
  'name',
  'type',
  'mime_type',
  'bytes',
  'pages',
  'tokens',
  'truncated',
  'file_hash',
  'sent_hash',
] as const;

type FactsRow = Pick<AttachmentRow, (typeof FACTS)[number]>;

/** To be written with their message. */
export function attachmentSteps(
  db: Database,
  message: number,
  attachments: readonly SentAttachment[] = [],
): Step[] {
  return attachments.map((each, position) =>
    db
      .insertInto('attachments')
      .values(rowOf(each, message, position))
      .compile(),
  );
}

export class AttachmentRows {
  readonly #store: Pick<Store, 'db'>;

  constructor(store: Pick<Store, 'db'>) {
    this.#store = store;
  }

  /** In their order, by the number of the message. */
  async facts(messages: readonly number[]): Promise<ReadonlyMap<number, readonly SentFacts[]>> {
    if (messages.length === 0) return new Map();
    const rows = await this.#store.db
      .selectFrom('attachments')
      .select(FACTS)
      .where('message', 'in', messages)
      .orderBy('message')
      .orderBy('position')
      .execute();
    return byMessage(rows, factsOf);
  }

  /** Of the images only the last ones have their data. */
  async contents(
    messages: readonly number[],
    { imagesMax }: { readonly imagesMax: number },
  ): Promise<ReadonlyMap<number, readonly SentAttachment[]>> {
    if (messages.length === 0) return new Map();
    const rows = await this.#store.db
      .selectFrom('attachments')
      .select([...FACTS, 'text'])
      .where('message', 'in', messages)
      .orderBy('message')
      .orderBy('position')
      .execute();
    const images = rows
      .filter(({ type }) => type === 'image')
      .slice(imagesMax === 0 ? Number.POSITIVE_INFINITY : -imagesMax);
    const data = new Map<object, Uint8Array | null>();
    for (const image of images) data.set(image, await this.#dataOf(image));
    return byMessage(rows, (row) => contentOf({ ...row, data: data.get(row) ?? null }));
  }

  /** Everything of one message. */
  async all(message: number): Promise<readonly SentAttachment[]> {
    const { filesMax: imagesMax } = ATTACHMENT_LIMITS;
    return (await this.contents([message], { imagesMax })).get(message) ?? [];
  }

  async #dataOf({ message, position }: FactsRow): Promise<Uint8Array | null> {
    const row = await this.#store.db
      .selectFrom('attachments')
      .select('data')
      .where('message', '=', message)
      .where('position', '=', position)
      .executeTakeFirst();
    return row?.data ?? null;
  }

  /** The one at this position, from 0; undefined when its message has none there. */
  async content(message: number, position: number): Promise<SentAttachment | undefined> {
    return (await this.all(message))[position];
  }
}

function byMessage<Row extends FactsRow, Value>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value,
): Map<number, Value[]> {
  const found = Map.groupBy(rows, ({ message }) => message);
  return new Map([...found].map(([message, own]) => [message, own.map(valueOf)]));
}

function factsOf(row: FactsRow): SentFacts {
  const { name, type, bytes } = row;
  return {
    name,
    type,
    mimeType: row.mime_type ?? undefined,
    bytes,
    pages: row.pages ?? undefined,
    rawTokens: row.tokens,
    isTruncated: row.truncated === 1,
    fileHash: row.file_hash,
    sentHash: row.sent_hash,
  };
}

function contentOf(row: AttachmentRow): SentAttachment {
  return { ...factsOf(row), text: row.text, data: row.data ?? undefined };
}

function rowOf(each: SentAttachment, message: number, position: number): AttachmentRow {
  const { name, type, bytes, text } = each;
  return {
    message,
    position,
    name,
    type,
    mime_type: each.mimeType ?? null,
    bytes,
    pages: each.pages ?? null,
    tokens: Math.ceil(each.rawTokens),
    truncated: each.isTruncated ? 1 : 0,
    file_hash: each.fileHash,
    sent_hash: each.sentHash,
    text,
    data: each.data ?? null,
  };
}
