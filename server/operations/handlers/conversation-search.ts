import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { ConversationSearch, SearchHit } from '../../conversations/conversation-search.ts';
import { decodePlace, encodePlace } from '../../conversations/list-cursor.ts';
import { parseQuery } from '../../conversations/search-query.ts';
import type { Handlers } from '../call.ts';
import { isTyped } from './conversation-reference.ts';

interface SearchServices {
  readonly search: ConversationSearch;
}

export function conversationSearchHandlers({
  search,
}: SearchServices): Pick<Handlers, 'conversations.search'> {
  return {
    async 'conversations.search'({ query: written, cursor, limit }, call) {
      const query = parseQuery(written);
      if (!query) return { results: [] };
      const before = cursor === undefined ? undefined : decodePlace(cursor).number;
      const { owner } = call.principal;
      const { hits, next, isBehind } = await search.find({ owner, query, before, limit });
      // A list of results may be opened by number as well.
      if (isTyped(call)) call.session.shown = hits.map(({ conversation }) => conversation);
      return {
        results: hits.map(shown),
        ...(next === undefined ? {} : { nextCursor: encodePlace({ at: 0, number: next }) }),
        ...(isBehind && { isIncomplete: true }),
      };
    },
  };
}

function shown(hit: SearchHit): OutputOf<Operations['conversations.search']>['results'][number] {
  const { conversation, title, message, at, passage } = hit;
  return {
    conversation,
    title,
    ...(message && { message: String(message.number), role: message.role }),
    at: new Date(at).toISOString(),
    passage: [...passage],
  };
}
