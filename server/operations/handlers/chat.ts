import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Localised } from '../../../shared/locale.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { FoundMessage } from '../../conversations/message-tree.ts';
import type { Eraser } from '../../credits/eraser.ts';
import { exchangeId } from '../../credits/exchange-texts.ts';
import type { ImportedTexts } from '../../credits/imported-texts.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { Receipts } from '../../credits/receipts.ts';
import type { Call, Handlers } from '../call.ts';
import { findConversation, isTyped, THIS_ONE } from './conversation-reference.ts';
import { inCurrent } from './current-conversation.ts';
import { placeOf, requireMessage } from './messages.ts';
import { attachmentViews } from './turn-attachments.ts';
import { runTurn, type AskedTurn, type TurnServices, type TurnTarget } from './turns.ts';

interface ChatServices extends TurnServices {
  readonly lists: Pick<ConversationLists, 'byId' | 'beginningWith'>;
  readonly receipts: Pick<Receipts, 'locate'>;
  readonly eraser: Eraser;
  readonly imports: Pick<ImportedTexts, 'erase'>;
}

type ChatHandlers = Pick<
  Handlers,
  'chat.send' | 'chat.edit' | 'chat.regenerate' | 'chat.cancel' | 'chat.history' | 'chat.new' | 'chat.erase'
>;

/** How many exchanges one `chat.erase` erases: each has its own entry in the ledger. */
const ERASED_AT_ONCE = 20;

export function chatHandlers(services: ChatServices): ChatHandlers {
  const { conversations } = services;
  return {
    'chat.send': (input, call, sink) => runTurn(services, call, sent(services, call, input), sink),

    'chat.edit': (input, call, sink) => runTurn(services, call, edited(services, call, input), sink),

    'chat.regenerate': (input, call, sink) => runTurn(services, call, repeated(services, call, input), sink),

    /** The response to the `chat.send` becomes `cancelled`. [J-8] */
    'chat.cancel'({ requestId, trace }, { session, principal }) {
      if (trace !== undefined) {
        if (services.hub.stop(trace, principal.owner)) return { cancelled: 1 };
        throw notFound(trace);
      }
      if (requestId === undefined) {
        const cancelled = session.running.size;
        session.abortAll();
        return { cancelled };
      }
      const run = session.running.get(requestId);
      if (!run) throw new HiloError('not_found', { values: { what: String(requestId) } });
      run.abort();
      return { cancelled: 1 };
    },

    'chat.history': ({ limit }, call) =>
      inCurrent<OutputOf<Operations['chat.history']>>(
        conversations,
        call,
        { turns: [] },
        async (conversation) => {
          const place = await placeOf(conversation, call.session);
          const history = await conversation.history(place.leaf(conversation.newest));
          const turns = history.newest(limit ?? history.turns).map(({ attached, ...turn }) => {
            return { ...turn, ...attachmentViews(attached?.facts) };
          });
          return { conversation: conversation.id, turns };
        },
      ),

    /** [C-5] */
    async 'chat.new'({ temporary }, call) {
      const { session, principal } = call;
      // What is sent right behind this belongs to the new one already.
      const isTemporary = session.temporary !== undefined;
      const leaving = isTemporary ? Promise.resolve({}) : inCurrent(conversations, call, {}, leftOf);
      session.conversation = undefined;
      if (temporary !== true) return await leaving;
      const begun = conversations.beginTemporary(principal.owner, principal.account);
      const { conversation } = begun;
      session.temporary = {
        conversation,
        end() {
          begun.end();
          // Answers that are remembered for repeats of a message go as well.
          services.sends.forget(principal.account);
        },
      };
      return { ...(await leaving), temporary: conversation.id };
    },

    'chat.erase': ({ conversation }, call) => eraseConversation(services, call, conversation),
  };
}

/** [C-1] */
function sent({ messages }: ChatServices, call: Call, input: InputOf<Operations['chat.send']>): AskedTurn {
  const { session, principal } = call;
  const { text, clientMessageId, model = session.route, conversation: named, parent, settings } = input;
  const { attachments } = input;
  const target = (): TurnTarget | Promise<TurnTarget> => {
    const conversation = named ?? session.conversation;
    const isNamed = named !== undefined;
    if (parent === undefined) return { text, conversation, isNamed };
    return parent === null ? { text, conversation, isNamed, at: null } : below(parent);
  };
  const below = async (id: string): Promise<TurnTarget> => {
    const found = await requireMessage(messages, id, principal.owner);
    if (named !== undefined && named !== found.conversationId) throw notFound(id);
    if (found.role !== 'assistant') throw wrongMessage(call, NOT_AN_ANSWER);
    return { text, conversation: found.conversationId, isNamed: true, at: found.number };
  };
  return {
    text,
    model,
    wallet: input.wallet,
    namesModel: input.model !== undefined,
    wantsProof: input.receipt === 'inline',
    clientMessageId,
    attachments,
    about: `send ${named ?? ''} ${parent === undefined ? 'place' : parent} ${JSON.stringify(attachments)}`,
    settings,
    target,
    isRepeatOf: (earlier) =>
      earlier.role === 'user' &&
      earlier.prompt === text &&
      (parent === undefined || earlier.parent === (parent === null ? null : Number(parent))),
  };
}

function edited(services: ChatServices, call: Call, input: InputOf<Operations['chat.edit']>): AskedTurn {
  const { text, message, clientMessageId, model = call.session.route } = input;
  const find = async () => {
    const found = await (message === undefined
      ? newestPrompt(services, call)
      : requireMessage(services.messages, message, call.principal.owner));
    if (found.role !== 'user') throw wrongMessage(call, NOT_A_PROMPT);
    return found;
  };
  return {
    text,
    model,
    wallet: input.wallet,
    namesModel: input.model !== undefined,
    wantsProof: input.receipt === 'inline',
    clientMessageId,
    about: `edit ${message ?? ''}`,
    target: async () => {
      const { conversationId, parent, number } = await find();
      return { text, conversation: conversationId, isNamed: true, at: parent, attachedFrom: number };
    },
    isRepeatOf: async ({ role, prompt, parent }) =>
      role === 'user' && prompt === text && (message === undefined || parent === (await find()).parent),
  };
}

function repeated(
  services: ChatServices,
  call: Call,
  input: InputOf<Operations['chat.regenerate']>,
): AskedTurn {
  const { message, clientMessageId, model = call.session.route } = input;
  const find = async () => {
    if (message === undefined) return newestPrompt(services, call);
    const found = await requireMessage(services.messages, message, call.principal.owner);
    if (found.role !== 'assistant') throw wrongMessage(call, NOT_AN_ANSWER);
    return promptOf(services, call, found);
  };
  return {
    text: '',
    model,
    wallet: input.wallet,
    namesModel: input.model !== undefined,
    wantsProof: input.receipt === 'inline',
    clientMessageId,
    about: `regenerate ${message ?? ''}`,
    target: async () => {
      const { conversationId, parent, number, text, status } = await find();
      if (status === 'erased') throw notFound(String(number));
      return { text, conversation: conversationId, isNamed: true, at: parent, promptMessage: number };
    },
    isRepeatOf: async ({ role, promptMessage }) =>
      role === 'assistant' && (message === undefined || promptMessage === (await find()).number),
  };
}

/** The prompt of the newest answer on the branch of this device. */
async function newestPrompt(services: ChatServices, call: Call): Promise<FoundMessage> {
  const { session, principal } = call;
  const leaf = await inCurrent(services.conversations, call, null, async (conversation) =>
    // The messages of a temporary conversation have no ids.
    conversation.isTemporary ? null : (await placeOf(conversation, session)).leaf(conversation.newest),
  );
  if (leaf === null) throw notFound(NEWEST[session.locale]);
  return promptOf(services, call, await requireMessage(services.messages, String(leaf), principal.owner));
}

function promptOf({ messages }: ChatServices, call: Call, { parent }: FoundMessage): Promise<FoundMessage> {
  return requireMessage(messages, String(parent), call.principal.owner);
}

/** The newest first, a few at once. What is being said is cancelled, and counts as nothing. */
async function eraseConversation(
  services: ChatServices,
  call: Call,
  named: string | undefined,
): Promise<OutputOf<Operations['chat.erase']>> {
  const { conversations, receipts, eraser, ledgerReads, imports } = services;
  const { owner, account } = call.principal;
  const id = await conversationToErase(services, call, named);
  if (id === undefined) return { erased: 0, left: 0 };
  await conversations.eraseTurnsIn(id, owner);
  const imported = await imports.erase(id, owner);
  const exchanges = await conversations.exchangesOf(id, owner);
  let erased = 0;
  for (const { number, entryId, entriesBefore } of exchanges.slice(0, ERASED_AT_ONCE)) {
    const mark = { id: entryId ?? exchangeId(number), entriesBefore };
    const located = await ledgerReads(call, () => receipts.locate(mark, call.signal));
    if (!located) continue;
    const { index } = located;
    erased += (await eraser.eraseExchange({ account, by: 'owner', index })).erased;
  }
  const left = Math.max(0, exchanges.length - erased);
  return { erased: imported.erased + erased, left: imported.left + left };
}

/** Undefined while nothing has been said. Rejects with `not_found`, for those of others as well. */
async function conversationToErase(
  { conversations, lists }: ChatServices,
  call: Call,
  named: string | undefined,
): Promise<string | undefined> {
  const { session, principal } = call;
  if (named === undefined || (isTyped(call) && named === THIS_ONE)) return session.conversation;
  if (named === session.temporary?.conversation.id) return named;
  if (isTyped(call)) return (await findConversation(lists, call, named)).id;
  if (!(await conversations.owns(named, principal.owner))) throw notFound(named);
  return named;
}

function notFound(what: string): HiloError {
  return new HiloError('not_found', { values: { what } });
}

function wrongMessage({ session }: Call, detail: Localised): HiloError {
  return new HiloError('invalid_params', { values: { detail: detail[session.locale] } });
}

const NEWEST: Localised = { en: 'an answer in this conversation', es: 'una respuesta en esta conversación' };
const NOT_AN_ANSWER: Localised = {
  en: 'that message must be an answer',
  es: 'ese mensaje tiene que ser una respuesta',
};
const NOT_A_PROMPT: Localised = {
  en: 'that message must be one that was sent, not an answer',
  es: 'ese mensaje tiene que ser uno enviado, no una respuesta',
};

/** What people can come back to. */
async function leftOf({ id, isStored, newest }: Conversation): Promise<{ left?: string }> {
  return isStored && newest !== null ? { left: id } : {};
}
