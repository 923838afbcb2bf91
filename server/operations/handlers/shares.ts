import { HiloError } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import { decodePlace, encodePlace } from '../../conversations/list-cursor.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import {
  SHARE_LIMITS,
  type ShareRepository,
  type StoredShare,
} from '../../conversations/share-repository.ts';
import { truncate } from '../../../shared/truncate.ts';
import type { Handlers } from '../call.ts';
import { findConversation } from './conversation-reference.ts';
import { requireMessage } from './messages.ts';

interface ShareServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly lists: ConversationLists;
  readonly shares: ShareRepository;
  readonly messages: MessageTree;
  /** 128 random bits. */
  readonly newShareId: () => string;
}

type ShareHandlers = Pick<
  Handlers,
  'conversations.share' | 'conversations.shares' | 'conversations.unshare' | 'share.read'
>;

export function shareHandlers(services: ShareServices): ShareHandlers {
  const { lists, shares, messages, clock } = services;
  return {
    async 'conversations.share'({ conversation, message: wanted }, call) {
      const { owner } = call.principal;
      const { number, id, title } = await findConversation(lists, call, conversation);
      const { sharesMax: max } = SHARE_LIMITS;
      if ((await shares.of(owner)).length >= max) throw new HiloError('too_many_kept', { values: { max } });
      const message = wanted ?? (await shares.newestAnswer(number))?.toString();
      if (message === undefined) throw new HiloError('nothing_to_share');
      const found = await requireMessage(messages, message, owner);
      if (found.conversation !== number) throw notFound(message);
      const share = { id: services.newShareId(), message: found.number, createdAt: clock.now() };
      const { createdAt: created_at, ...shared } = share;
      await shares.create({ ...shared, conversation: number, title, created_at });
      return shown({ ...share, conversation: id, title });
    },

    async 'conversations.shares'(_, { principal }) {
      return { shares: (await shares.of(principal.owner)).map(shown) };
    },

    async 'conversations.unshare'({ share }, { principal }) {
      if (!(await shares.delete(share, principal.owner))) throw notFound(share);
      return { withdrawn: share };
    },

    async 'share.read'({ share, cursor }) {
      const branch = await shares.find(share);
      if (!branch) throw notFound(share);
      const end = cursor === undefined ? branch.message : decodePlace(cursor).number;
      if (cursor !== undefined && !(await shares.isOnBranch(end, branch))) throw notFound(share);
      const { messagesOfPage: messagesMax, charactersOfPage: charactersMax } = SHARE_LIMITS;
      const page = await messages.upwards(branch.conversation, end, { messagesMax, charactersMax });
      const before = page.at(-1)?.parent ?? null;
      return {
        title: branch.title,
        messages: page.toReversed().map(({ role, text, createdAt, attachments }) => {
          const files = attachments?.map(({ name, type }) => ({ name, type }));
          const said = { role, text, createdAt: new Date(createdAt).toISOString() };
          return { ...said, ...(files && { attachments: files }) };
        }),
        ...(before !== null && { nextCursor: encodePlace({ at: 0, number: before }) }),
      };
    },
  };
}

function shown(share: StoredShare): OutputOf<Operations['conversations.share']> {
  const { id, conversation, title, message, createdAt } = share;
  const time = new Date(createdAt).toISOString();
  return { share: id, conversation, title, message: String(message), createdAt: time };
}

function notFound(what: string): HiloError {
  return new HiloError('not_found', { values: { what: truncate(what) } });
}
