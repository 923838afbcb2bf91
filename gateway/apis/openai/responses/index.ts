/** OpenAI's Responses API, of which nothing is kept: what Codex and the newer clients of OpenAI speak. */
import type { ApiAddress } from '../../external-api.ts';
import { readBody } from '../../read-body.ts';
import { ResponsesBody } from './body.ts';
import { streamedReply, wholeReply } from './reply.ts';
import { completionInput } from './request.ts';
import { toolBook } from './tools.ts';

export const RESPONSES: ApiAddress = {
  method: 'POST',
  path: '/v1/responses',
  replays: true,
  translate(request) {
    const body = readBody(ResponsesBody, request.body);
    const book = toolBook(body);
    const params = completionInput(body, book);
    const options = {
      body,
      raw: request.body,
      known: book.known,
      now: request.now,
      newId: () => request.newId().replaceAll('-', ''),
    };
    const reply = params.stream ? streamedReply(options) : wholeReply(options);
    return { operation: 'completions.create', params, reply };
  },
};
