/** OpenAI's Responses API, of which nothing is kept: what Codex and the newer clients of OpenAI speak. */
import type { Params } from '../../../../shared/client/message.ts';
import type { CompletionInput } from '../../../../shared/operations/completion-shapes.ts';
import type { ApiAddress, ApiRequest } from '../../external-api.ts';
import { readBody } from '../../read-body.ts';
import { ResponsesBody, type Responses } from './body.ts';
import { streamedReply, wholeReply, type ReplyOptions } from './reply.ts';
import { completionInput } from './request.ts';
import { toolBook, type ToolBook } from './tools.ts';

interface ReadResponses {
  readonly body: Responses;
  readonly book: ToolBook;
}

/** Throws `ApiRefusal`. */
export function responsesParams(raw: Params): ReadResponses & { readonly params: CompletionInput } {
  const body = readBody(ResponsesBody, raw);
  const book = toolBook(body);
  return { body, book, params: completionInput(body, book) };
}

export function replyOptions(
  { body, book }: ReadResponses,
  { body: raw, now, newId }: Pick<ApiRequest, 'body' | 'newId' | 'now'>,
): ReplyOptions {
  return { body, raw, known: book.known, now, newId: () => newId().replaceAll('-', '') };
}

export const RESPONSES: ApiAddress = {
  method: 'POST',
  path: '/v1/responses',
  replays: true,
  translate(request) {
    const { body, book, params } = responsesParams(request.body);
    const options = replyOptions({ body, book }, request);
    const reply = params.stream ? streamedReply(options) : wholeReply(options);
    return { operation: 'completions.create', params, reply };
  },
};
