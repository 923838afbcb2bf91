/** Anthropic's Messages API, as far as Claude Code and the clients of its maker need it. */
import type { ApiAddress, ApiCall, ApiRequest, ExternalApi } from '../external-api.ts';
import { readBody } from '../read-body.ts';
import { JSON_TYPE } from '../sse.ts';
import { CountTokensBody, MessagesBody } from './body.ts';
import { errorAnswer } from './errors.ts';
import { isFor, MODELS } from './models.ts';
import { promptOf } from './prompt.ts';
import { streamedReply, wholeReply } from './reply.ts';
import { completionInput } from './request.ts';

const messages: ApiAddress = {
  method: 'POST',
  path: '/v1/messages',
  replays: true,
  translate(request): ApiCall {
    const params = completionInput(readBody(MessagesBody, request.body));
    const options = { id: `msg_${request.newId().replaceAll('-', '')}`, requestId: request.id };
    const reply = params.stream ? streamedReply(options) : wholeReply(options);
    return { operation: 'completions.create', params, reply };
  },
};

const countTokens: ApiAddress = {
  method: 'POST',
  path: '/v1/messages/count_tokens',
  translate(request: ApiRequest): ApiCall {
    return {
      operation: 'completions.countTokens',
      params: promptOf(readBody(CountTokensBody, request.body)),
      reply: {
        contentType: JSON_TYPE,
        event: () => '',
        result: ({ inputTokens }) => JSON.stringify({ input_tokens: inputTokens }),
        failure: () => undefined,
      },
    };
  },
};

export const ANTHROPIC: ExternalApi = {
  addresses: [messages, countTokens, ...MODELS],
  requestIdHeader: 'request-id',
  isNear: (path, headers) => /^\/v1\/messages\b/.test(path) || (path.startsWith('/v1/') && isFor(headers)),
  error: (error, { id }) => errorAnswer(error, id),
};
