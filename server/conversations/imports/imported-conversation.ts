/** What every kind of import becomes before it is written. */
import { ATTACHMENT_LIMITS } from '../../../shared/attachments.ts';
import { IMPORTED_TEXT_MAX } from '../../../shared/import-limits.ts';
import type { Localised } from '../../../shared/locale.ts';
import type { SentAttachment } from '../../attachments/attachment.ts';
import type { ConversationStatus } from '../../store/schema.ts';

export const IMPORT_LIMITS = {
  conversationsMax: 100,
  /** Of the export of everything of one person, which nobody can be asked to cut. */
  ownConversationsMax: 5_000,
  /** Of one conversation. */
  messagesMax: 2_000,
  /** UTF-16 code units of one message. */
  textMax: IMPORTED_TEXT_MAX,
  titleMax: 200,
  folderNameMax: 100,
  instructionsMax: 4_000,
  /** Contents of the files of one conversation, as they are written in it. */
  filesLengthMax: 24 * 1024 * 1024,
} as const;

export interface ImportedMessage {
  readonly id: string;
  /** Of a message before it; null at the root. */
  readonly parent: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Milliseconds since 1970; undefined when the file does not say. */
  readonly at: number | undefined;
  readonly attachments?: readonly SentAttachment[] | undefined;
}

export interface ImportedFolder {
  readonly name: string;
  readonly instructions: string;
}

export interface ImportedConversation {
  readonly title: string;
  readonly status: ConversationStatus;
  readonly pinned: boolean;
  readonly instructions: string;
  /** Where it was; undefined when it was in none, or the file does not say. */
  readonly folder?: ImportedFolder | undefined;
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  /** Each after the one that it follows. */
  readonly messages: readonly ImportedMessage[];
}

/** A message as a file has it, with roles that are not kept among them. */
export interface FileMessage {
  readonly id: string;
  readonly parent: string | null;
  readonly role: string;
  readonly text: string;
  readonly at: number | undefined;
  readonly attachments?: readonly SentAttachment[] | undefined;
}

/** Something in the file that cannot be taken over, and where it is. */
export class ImportFault extends Error {
  readonly place: string;
  readonly detail: Localised;

  constructor(place: string, detail: Localised) {
    super(`${place}: ${detail.en}`);
    this.place = place;
    this.detail = detail;
  }
}

/**
 * The messages of people and models in the order of the tree. What follows a message of another role, such
 * as one of a tool, follows the nearest message before it that is kept; pieces of one answer become one.
 */
export function orderedMessages(messages: readonly FileMessage[], place: string): ImportedMessage[] {
  const ids = new Set(messages.map(({ id }) => id));
  const children = Map.groupBy(messages, ({ id, parent }) =>
    parent === null || parent === id || !ids.has(parent) ? null : parent,
  );
  const ordered: ImportedMessage[] = [];
  const open: { readonly of: string | null; readonly kept: Kept }[] = [{ of: null, kept: ROOT }];
  let seen = 0;
  for (let next = open.shift(); next; next = open.shift()) {
    const following = children.get(next.of) ?? [];
    seen += following.length;
    for (const message of following) {
      const isOnly = next.kept.isOnly && following.length === 1;
      open.push({ of: message.id, kept: keep(message, { ...next.kept, isOnly }, ordered) });
    }
  }
  if (seen < messages.length) throw new ImportFault(place, CIRCLE);
  return ordered;
}

const CIRCLE = {
  en: 'messages that follow each other in a circle',
  es: 'mensajes que se siguen unos a otros en círculo',
} as const;

/** The nearest message before that is kept. */
interface Kept {
  /** Where it stands in the list; undefined at the root. */
  readonly index: number | undefined;
  /** Nothing else follows it. */
  readonly isOnly: boolean;
}

const ROOT: Kept = { index: undefined, isOnly: true };

function keep(message: FileMessage, before: Kept, ordered: ImportedMessage[]): Kept {
  const { id, role, text, at } = message;
  const attachments = role === 'user' ? message.attachments : undefined;
  const plain = storable(text).trim();
  if ((role !== 'user' && role !== 'assistant') || plain === '') return before;
  const parent = before.index === undefined ? undefined : ordered[before.index];
  if (before.index !== undefined && parent?.role === role && before.isOnly) {
    const files = [...(parent.attachments ?? []), ...(attachments ?? [])];
    const joined = {
      text: `${parent.text}\n\n${plain}`,
      attachments: files.slice(0, ATTACHMENT_LIMITS.filesMax),
    };
    ordered[before.index] = { ...parent, ...joined };
    return { index: before.index, isOnly: true };
  }
  ordered.push({ id, parent: parent?.id ?? null, role, text: plain, at, attachments });
  return { index: ordered.length - 1, isOnly: true };
}

/** No store keeps U+0000 or half a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
