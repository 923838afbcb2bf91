/** What administrators may read of others. Nothing is changed, and each look is recorded. */
import { HiloError } from '../../../shared/errors.ts';
import type { AuditedReads } from '../../conversations/audited-reads.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import { decodePlace } from '../../conversations/list-cursor.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import { ownerOfUser } from '../../identity/user.ts';
import { actorOf } from '../audit.ts';
import type { Handlers } from '../call.ts';
import { summaryOf } from './conversation-lists.ts';
import { readPage, requireMessage } from './messages.ts';
import { requirePerson } from './users.ts';

export interface AdministrationServices {
  readonly auditedReads: Pick<AuditedReads, 'ownerOf' | 'record'>;
  readonly lists: Pick<ConversationLists, 'page'>;
  readonly conversations: Pick<ConversationDirectory, 'acquire' | 'release'>;
  readonly messages: MessageTree;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
}

type AdministrationHandlers = Pick<Handlers, 'admin.conversations' | 'admin.messages'>;

export function administrationHandlers(services: AdministrationServices): AdministrationHandlers {
  const { auditedReads, lists, conversations, messages, userAdmin } = services;
  return {
    async 'admin.conversations'({ user, cursor, status, limit }, call) {
      requirePerson(call);
      const owner = ownerOfUser((await userAdmin.find(user)).id);
      await auditedReads.record({ actor: actorOf(call), action: 'conversations', owner });
      const after = cursor === undefined ? undefined : decodePlace(cursor);
      const page = await lists.page(owner, { folder: undefined, status, after, limit });
      const { nextCursor } = page;
      return {
        conversations: page.conversations.map(summaryOf),
        ...(nextCursor === undefined ? {} : { nextCursor }),
      };
    },

    async 'admin.messages'({ conversation: id, before, limit }, call) {
      requirePerson(call);
      const owner = await auditedReads.ownerOf(id);
      const conversation = owner === undefined ? undefined : await conversations.acquire(id, owner);
      if (owner === undefined || !conversation) throw notFound(id);
      try {
        await auditedReads.record({ actor: actorOf(call), action: 'messages', owner, conversation: id });
        if (before === undefined)
          return await readPage(messages, conversation.number, conversation.newest, limit);
        const found = await requireMessage(messages, before, owner);
        if (found.conversation !== conversation.number) throw notFound(before);
        return await readPage(messages, conversation.number, found.parent, limit);
      } finally {
        conversations.release(conversation);
      }
    },
  };
}

function notFound(what: string): HiloError {
  return new HiloError('not_found', { values: { what } });
}
