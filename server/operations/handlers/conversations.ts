/** Conversations that last: opening one, reading its messages, going from one branch to another. */
import { HiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { ConversationHub, TurnSoFar } from '../../conversations/conversation-hub.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import type { PlaceStore } from '../../conversations/conversation-repository.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import { keysOf, type RequestFiles } from '../../artifacts/request-files.ts';
import type { Call, Handlers } from '../call.ts';
import { summaryOf } from './conversation-lists.ts';
import { findConversation } from './conversation-reference.ts';
import { placeOf, readPage, requireMessage } from './messages.ts';

export interface ConversationServices {
  readonly requests: Pick<RequestFiles, 'isRecorded' | 'ofSession'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly conversations: ConversationDirectory;
  readonly messages: MessageTree;
  readonly places: PlaceStore;
  readonly hub: ConversationHub;
  readonly lists: Pick<ConversationLists, 'byId' | 'beginningWith' | 'instructionsOf'>;
}

type ConversationHandlers = Pick<
  Handlers,
  'chat.branch' | 'conversations.get' | 'conversations.messages' | 'conversations.open'
>;

export function conversationHandlers(services: ConversationServices): ConversationHandlers {
  const { lists, messages, hub } = services;
  return {
    /** [C-2] */
    async 'chat.branch'({ message }, call) {
      const { owner } = call.principal;
      const choose = call.session.choose();
      const { number, conversationId } = await requireMessage(messages, message, owner);
      const end = await messages.endOf(number, call.signal);
      return inUse(services, call, conversationId, async (conversation) => {
        await move(services, call, conversation, end);
        choose(conversationId);
        const page = await readPage(messages, conversation.number, end);
        const follows = end === conversation.newest;
        const known = rememberedOf(conversation, end);
        return { conversation: conversationId, place: String(end), follows, ...known, ...page };
      });
    },

    async 'conversations.get'({ conversation }, call) {
      const found = await findConversation(lists, call, conversation);
      return { ...summaryOf(found), instructions: await lists.instructionsOf(found.number) };
    },

    async 'conversations.messages'({ conversation: named, before, limit, message }, call) {
      const { id } = await findConversation(lists, call, named);
      return inUse(services, call, id, async (conversation) => {
        const last = await lastOfPage(services, call, conversation, { before, message });
        const page = await readPage(messages, conversation.number, last, limit);
        const records = await recordsOf(services, call.principal.owner, id);
        return { ...page, ...(records && { records }) };
      });
    },

    async 'conversations.open'({ conversation: named }, call) {
      const { session } = call;
      const choose = session.choose();
      const found = await findConversation(lists, call, named);
      const { id } = found;
      const opened = await inUse(services, call, id, async (one) => {
        const place = await placeOf(one, session);
        const leaf = place.leaf(one.newest);
        const page = await readPage(messages, one.number, leaf);
        const stands = leaf === null ? {} : { place: String(leaf), ...rememberedOf(one, leaf) };
        return { ...stands, follows: !place.isFixed, ...page };
      });
      choose(id);
      // Last, so that nothing comes between; a person is shown all of it as it goes on.
      const isShown = !session.isText && session.conversation === id;
      const running = !isShown ? [] : hub.catchUp(session, id, call.principal.owner).map(shownTurn);
      return { conversation: summaryOf(found), ...opened, ...(running.length > 0 && { running }) };
    },
  };
}

async function inUse<Result>(
  { conversations }: ConversationServices,
  { principal }: Call,
  id: string,
  use: (conversation: Conversation) => Promise<Result>,
): Promise<Result> {
  const conversation = await conversations.acquire(id, principal.owner);
  if (!conversation) throw notFound(id);
  try {
    return await use(conversation);
  } finally {
    conversations.release(conversation);
  }
}

/** One that goes to the newest message follows the newest again. */
async function move(
  { places, clock }: ConversationServices,
  { session }: Call,
  conversation: Conversation,
  end: number,
): Promise<void> {
  const place = await placeOf(conversation, session);
  const message = end === conversation.newest ? undefined : end;
  place.moveTo(message);
  if (place.device === undefined) return;
  await places.keepPlace(conversation.number, place.device, message, clock.now());
}

/** The newest message of the page that is asked for; null when there is none. */
async function lastOfPage(
  { messages }: ConversationServices,
  call: Call,
  conversation: Conversation,
  { before, message }: { readonly before?: string | undefined; readonly message?: string | undefined },
): Promise<number | null> {
  const named = before ?? message;
  if (named === undefined) return (await placeOf(conversation, call.session)).leaf(conversation.newest);
  const found = await requireMessage(messages, named, call.principal.owner);
  if (found.conversation !== conversation.number) throw notFound(named);
  return before === undefined ? messages.endOf(found.number, call.signal) : found.parent;
}

function rememberedOf(conversation: Conversation, leaf: number): { remembered?: number } {
  const remembered = conversation.remembered(leaf);
  return remembered === undefined ? {} : { remembered };
}

function shownTurn({ trace, text, prompt, parent, promptMessage, files }: TurnSoFar) {
  return {
    trace,
    text,
    ...(prompt === undefined ? {} : { prompt }),
    ...(files === undefined ? {} : { files: [...files] }),
    ...(parent === null ? {} : { parent: String(parent) }),
    ...(promptMessage === undefined ? {} : { promptMessage: String(promptMessage) }),
  };
}

function notFound(what: string): HiloError {
  return new HiloError('not_found', { values: { what } });
}

/** As many as are told at once. */
const RECORDS_MAX = 1_000;

async function recordsOf(
  { requests }: ConversationServices,
  owner: string,
  id: string,
): Promise<string[] | undefined> {
  if (!requests.isRecorded('chat')) return undefined;
  const filed = await requests.ofSession(owner, id, RECORDS_MAX);
  return filed.flatMap((request) => keysOf(request)['record'] ?? []);
}
