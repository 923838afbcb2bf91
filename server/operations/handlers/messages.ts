/** Messages as clients see them: pages of one branch, each message with its versions. */
import type { z } from 'zod';
import { HiloError } from '../../../shared/errors.ts';
import type { Message, MessagePage, Siblings } from '../../../shared/operations/conversation-shapes.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { FoundMessage, MessageTree, TreeMessage } from '../../conversations/message-tree.ts';
import type { Place } from '../../conversations/place.ts';
import type { SessionPort } from '../call.ts';
import { attachmentViews } from './turn-attachments.ts';

/** Versions of one message. */
export const VERSIONS_MAX = 100;

const PAGE_LIMITS = {
  messages: 50,
  /** A page with more ends before its limit, after one message at least. */
  charactersMax: 128 * 1024,
} as const;

type Page = z.output<typeof MessagePage>;

/** Where the device of a session stands, or the session itself when its client has named no device. */
export function placeOf(conversation: Conversation, { name, device }: SessionPort): Promise<Place> {
  return conversation.place(device === undefined ? { session: name } : { device });
}

/** Throws `not_found`, also for a message of somebody else. */
export async function requireMessage(
  messages: MessageTree,
  id: string,
  owner: string,
): Promise<FoundMessage> {
  const found = await messages.find(Number(id), owner);
  if (!found) throw new HiloError('not_found', { values: { what: id } });
  return found;
}

/** The end of the branch that ends in `last`; null: nothing was said. */
export async function readPage(
  messages: MessageTree,
  conversation: number,
  last: number | null,
  limit: number = PAGE_LIMITS.messages,
): Promise<Page> {
  if (last === null) return { messages: [] };
  const { charactersMax } = PAGE_LIMITS;
  const newestFirst = await messages.upwards(conversation, last, { messagesMax: limit, charactersMax });
  const versions = await messages.versions(
    conversation,
    newestFirst.map(({ parent }) => parent),
  );
  const oldestFirst = newestFirst.toReversed();
  const [first] = oldestFirst;
  return {
    messages: oldestFirst.map((one) => ({
      ...shown(one),
      ...siblingsOf(one.number, versions.get(one.parent)),
    })),
    ...(first && first.parent !== null ? { before: String(first.number) } : {}),
  };
}

/** Nothing when it is the only version. */
export function siblingsOf(
  message: number,
  versions: readonly number[] = [],
): { siblings?: z.output<typeof Siblings> } {
  const index = versions.indexOf(message);
  if (versions.length < 2 || index < 0) return {};
  return { siblings: { ids: versions.map(String), index } };
}

function shown({
  number,
  parent,
  role,
  text,
  status,
  createdAt,
  trace,
  attachments,
}: TreeMessage): z.output<typeof Message> {
  return {
    id: String(number),
    ...(parent === null ? {} : { parent: String(parent) }),
    role,
    text,
    // A prompt is as it was written, however its answer ended.
    status: status === 'erased' || (status === 'cancelled' && role === 'assistant') ? status : 'ok',
    createdAt: new Date(createdAt).toISOString(),
    ...attachmentViews(attachments),
    ...(trace === null ? {} : { trace }),
  };
}
