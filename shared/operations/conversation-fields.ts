/** What may be given about conversations and folders, and how lists show them. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { ConversationId, MessageId, ModelName } from './common.ts';
import type { ConversationSummary } from './conversation-shapes.ts';

export const CONVERSATION_LIMITS = {
  titleCharactersMax: 200,
  instructionsCharactersMax: 4_000,
  pageMax: 100,
  pageDefault: 30,
} as const;

/** The id. On the text face also a number of the last list, the beginning of the id, or "." for this one. */
export const ConversationReference = z.string().min(1).max(100);
export const FolderId = z.string().min(1).max(100);
export const PersonaId = z.string().min(1).max(100);
/** Where the next page begins; it means nothing to a client. */
export const Cursor = z.string().min(1).max(200);

/** One line without controls. */
export const Title = z
  .string()
  .max(CONVERSATION_LIMITS.titleCharactersMax * 4)
  .overwrite((written) => storable(safeLine(written).trim()))
  .min(1)
  .max(CONVERSATION_LIMITS.titleCharactersMax);

/** What the model is told beside the messages. Empty: nothing. */
export const Instructions = z
  .string()
  .max(CONVERSATION_LIMITS.instructionsCharactersMax)
  .overwrite((written) => storable(written.trim()));

/** What a conversation has from its first message on. */
export const BeginningSettings = z.strictObject({
  /** For its messages that name none. */
  route: ModelName.optional(),
  persona: PersonaId.optional(),
  /** What the model is told with every message of it. */
  instructions: Instructions.optional(),
});

export const Folder = z.strictObject({
  id: FolderId,
  name: z.string(),
  instructions: z.string(),
  createdAt: z.iso.datetime(),
});

/** 128 random bits: whoever has it may read. */
export const ShareId = z.string().min(1).max(100);

export const Share = z.strictObject({
  share: ShareId,
  conversation: ConversationId,
  title: z.string(),
  /** The last message that it shows. */
  message: MessageId,
  createdAt: z.iso.datetime(),
});

/** Where the page shows it. */
export function pageOfShare(share: string): string {
  return `/s/${share}`;
}

export const EXAMPLE_SHARE = {
  share: 'q3Zr0bP1fJxVw8uYh2LkMA',
  conversation: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60',
  title: 'A trip to the sea',
  message: '82',
  createdAt: '2026-11-30T09:20:02.517Z',
} as const;

export const EXAMPLE_FOLDER = {
  id: '0193a5c1-9b02-7c11-8e55-0f6d1c2b3a49',
  name: 'Travel',
  instructions: '',
  createdAt: '2026-11-30T09:10:00.000Z',
} as const;

export const EXAMPLE_SUMMARY = {
  id: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60',
  title: 'A trip to the sea',
  status: 'open',
  pinned: false,
  createdAt: '2026-11-30T09:12:44.031Z',
  updatedAt: '2026-11-30T09:20:02.517Z',
} as const;

const UNTITLED = { en: '(no title)', es: '(sin título)' } as const;

export function shownTitle(title: string, locale: Locale): string {
  return title === '' ? UNTITLED[locale] : safeLine(title);
}

const MARKS = {
  open: { en: '', es: '' },
  closed: { en: 'closed', es: 'cerrada' },
  archived: { en: 'archived', es: 'archivada' },
} as const;
const PINNED = { en: 'pinned', es: 'fijada' } as const;

/** `Title (pinned, closed)` */
export function shownConversation(
  { title, status, pinned }: Pick<z.output<typeof ConversationSummary>, 'title' | 'status' | 'pinned'>,
  locale: Locale,
): string {
  const marks = [pinned ? PINNED[locale] : '', MARKS[status][locale]].filter((mark) => mark !== '');
  return `${shownTitle(title, locale)}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
}

/** `2026-11-30 09:20`, in UTC. */
export function shownMinute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** No store keeps U+0000 or half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
