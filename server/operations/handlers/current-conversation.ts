import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { Call } from '../call.ts';

type Conversations = Pick<ConversationDirectory, 'acquire' | 'release'>;

/**
 * The caller's conversation with this id, in use until it is released; undefined when there is none. Only the
 * session that has a temporary conversation finds it.
 */
export function acquire(
  conversations: Conversations,
  { session, principal }: Call,
  id: string,
): Conversation | Promise<Conversation | undefined> {
  const temporary = session.temporary?.conversation;
  return temporary?.id === id ? temporary : conversations.acquire(id, principal.owner);
}

/** With the conversation of the session, which is in use meanwhile. */
export async function inCurrent<Result>(
  conversations: Conversations,
  call: Call,
  otherwise: Result,
  use: (conversation: Conversation) => Promise<Result>,
): Promise<Result> {
  const id = call.session.conversation;
  const conversation = id === undefined ? undefined : await acquire(conversations, call, id);
  if (!conversation) return otherwise;
  try {
    return await use(conversation);
  } finally {
    conversations.release(conversation);
  }
}
