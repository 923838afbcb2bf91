import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Clock } from '../../../shared/clock.ts';
import {
  LIST_LIMITS,
  type ConversationChanges,
  type ConversationLists,
  type ListedConversation,
} from '../../conversations/conversation-lists.ts';
import { decodePlace } from '../../conversations/list-cursor.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import type { ConversationSettings } from '../../conversations/conversation-settings.ts';
import type { FolderRepository } from '../../conversations/folder-repository.ts';
import type { ConversationDeletion } from '../../credits/conversation-deletion.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Personas } from '../../chat/personas.ts';
import { truncate } from '../../../shared/truncate.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Call, Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import { findConversation, isTyped } from './conversation-reference.ts';
import { findFolder } from './folders.ts';

interface ListServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly lists: ConversationLists;
  readonly folders: FolderRepository;
  readonly routes: Pick<RouteDirectory, 'resolve'>;
  readonly payers: Pick<Payers, 'of'>;
  readonly personas: Pick<Personas, 'usable'>;
  readonly settings: Pick<ConversationSettings, 'changed'>;
  readonly hub: Pick<ConversationHub, 'changed'>;
  readonly deletion: Pick<ConversationDeletion, 'delete'>;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  readonly nextConversation: () => number;
  /** A guest without a row has one when this resolves. */
  readonly storeGuest: (guest: Guest) => Promise<void>;
}

type ListHandlers = Pick<
  Handlers,
  'conversations.list' | 'conversations.create' | 'conversations.update' | 'conversations.delete'
>;

export function conversationListHandlers(services: ListServices): ListHandlers {
  const { lists, folders, deletion, clock } = services;
  return {
    async 'conversations.list'({ cursor, folder: wanted, status, limit }, call) {
      const after = cursor === undefined ? undefined : decodePlace(cursor);
      const folder = wanted === undefined ? undefined : (await findFolder(folders, call, wanted)).number;
      const request = { folder, status, after, limit };
      const { conversations, nextCursor } = await lists.page(call.principal.owner, request);
      if (isTyped(call)) call.session.shown = conversations.map(({ id }) => id);
      return {
        conversations: conversations.map(summaryOf),
        ...(nextCursor === undefined ? {} : { nextCursor }),
      };
    },

    async 'conversations.create'(input, call) {
      const { owner } = call.principal;
      const changes = await changesOf(services, call, input);
      const { all } = await lists.count(owner);
      if (all >= LIST_LIMITS.conversationsMax) throw tooMany(LIST_LIMITS.conversationsMax);
      const { guest } = call.session.credentials;
      if (guest.owner === owner) await services.storeGuest(guest);
      const [id, number] = [services.newTimedId(), services.nextConversation()];
      await lists.create({ ...changes, id, number, owner, at: clock.now() });
      return told(services, call, await findConversation(lists, call, id));
    },

    async 'conversations.update'({ conversation, ...input }, call) {
      const { owner } = call.principal;
      const { id, number, pinned } = await findConversation(lists, call, conversation);
      const changes = await changesOf(services, call, input);
      if (changes.pinned === true && pinned === 0) {
        if ((await lists.count(owner)).pinned >= LIST_LIMITS.pinnedMax) throw tooMany(LIST_LIMITS.pinnedMax);
      }
      await lists.update(id, owner, changes);
      services.settings.changed(number);
      return told(services, call, await findConversation(lists, call, id));
    },

    async 'conversations.delete'({ conversation }, call) {
      const { id } = await findConversation(lists, call, conversation);
      const deleted = await deletion.delete(id, call.principal.owner);
      if (!deleted) throw new HiloError('not_found', { values: { what: id } });
      if (call.session.conversation === id) call.session.conversation = undefined;
      return { deleted: id, messages: deleted.messages, erased: deleted.isErased };
    },
  };
}

/** The summary; the other sessions of the owner get it as well. */
export function told(
  { hub }: Pick<ListServices, 'hub'>,
  { principal, session }: Call,
  row: ListedConversation,
): ReturnType<typeof summaryOf> {
  const conversation = summaryOf(row);
  hub.changed(principal.owner, { conversation }, session);
  return conversation;
}

type Given = Omit<InputOf<Operations['conversations.update']>, 'conversation'>;

/** Rejects with `not_found` for what does not exist, or is not theirs to use. */
async function changesOf(
  { routes, folders, personas, payers }: ListServices,
  call: Call,
  { folder, route, ...plain }: Given,
): Promise<ConversationChanges> {
  const { access, personas: user } = await payers.of(call);
  if (typeof plain.persona === 'string' && !personas.usable(plain.persona, user)) {
    throw new HiloError('not_found', { values: { what: truncate(plain.persona) } });
  }
  const chosen = typeof route === 'string' ? routes.resolve(route, access)[0].id : route;
  const place = typeof folder === 'string' ? (await findFolder(folders, call, folder)).number : folder;
  return { ...plain, route: chosen, folder: place };
}

export function summaryOf(row: ListedConversation): OutputOf<Operations['conversations.update']> {
  const { id, title, status, pinned, folder, route, persona, createdAt, updatedAt } = row;
  return {
    id,
    title,
    status,
    pinned: pinned === 1,
    ...(folder !== null && { folder }),
    ...(route !== null && { route }),
    ...(persona !== null && { persona }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

function tooMany(max: number): HiloError {
  return new HiloError('too_many_kept', { values: { max } });
}
