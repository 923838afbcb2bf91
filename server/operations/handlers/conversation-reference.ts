/** How people name a conversation: by its id, and where it is typed more briefly. */
import { HiloError } from '../../../shared/errors.ts';
import type { ConversationLists, ListedConversation } from '../../conversations/conversation-lists.ts';
import { truncate } from '../../../shared/truncate.ts';
import type { Call } from '../call.ts';

/** Where people type it stands for the conversation of the session. */
export const THIS_ONE = '.';
const LIST_NUMBER = /^\d{1,3}$/;
const PREFIX = /^[\da-f-]{4,}$/;

type Lists = Pick<ConversationLists, 'byId' | 'beginningWith'>;

/**
 * The owner's conversation that is meant. Rejects with `not_found`, for those of others as well, and for
 * people who type also for the beginning of an id that several have.
 */
export async function findConversation(
  lists: Lists,
  call: Call,
  reference: string,
): Promise<ListedConversation> {
  const { owner } = call.principal;
  const id = idOf(call, reference);
  const found = id === undefined ? undefined : await lists.byId(id, owner);
  if (found) return found;
  if (isTyped(call) && PREFIX.test(reference)) {
    const [only, another] = await lists.beginningWith(reference, owner);
    if (only && !another) return only;
  }
  throw new HiloError('not_found', { values: { what: truncate(reference) } });
}

function idOf(call: Call, reference: string): string | undefined {
  if (!isTyped(call)) return reference;
  if (reference === THIS_ONE) return call.session.conversation;
  if (LIST_NUMBER.test(reference)) return call.session.shown[Number(reference) - 1];
  return reference;
}

/** Programs give ids. */
export function isTyped({ session }: Call): boolean {
  return session.isTyped;
}
