/**
 * Conversations for plain HTTP clients: a message in, the answer as it comes, as text or as server-sent
 * events. [H-12] The members have the names that existing clients of such servers use.
 */
import { z } from 'zod';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { ApiRefusal, typeOf, type ApiError } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest, ExternalApi } from '../external-api.ts';
import { readBody } from '../read-body.ts';
import { JSON_TYPE, SSE_COMMENT, SSE_TYPE, sseEvent } from '../sse.ts';

const ChatBody = z.looseObject({
  message: z.string().min(1),
  conversationId: z.string().nullish(),
  model: z.string().nullish(),
});

const SessionMessageBody = z.looseObject({
  sessionId: z.string().nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1),
  model: z.string().nullish(),
});

export const chatApi: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/chat', replays: true, translate: (request) => streamedChat(request) },
    {
      method: 'POST',
      path: '/conversations/:conversation/messages',
      replays: true,
      translate: (request) => streamedChat(request, request.path['conversation']),
    },
    { method: 'POST', path: '/chat/session', translate: newSession },
    { method: 'GET', path: '/chat/session/:session', translate: readSession },
    { method: 'POST', path: '/chat/message', replays: true, translate: sessionMessage },
  ],
  error: (error) => ({ body: errorBody(error) }),
};

function streamedChat({ body, headers }: ApiRequest, conversation?: string): ApiCall {
  const { message, conversationId, model } = readBody(ChatBody, body);
  if (conversation !== undefined && typeof conversationId === 'string') {
    throw new ApiRefusal('member_twice', { param: 'conversationId' });
  }
  const params = sendParams(message, conversation ?? conversationId, model);
  const isEvents = headers.accept?.includes('text/event-stream') === true;
  return { operation: 'chat.send', params, reply: isEvents ? eventsReply() : textReply() };
}

function sendParams(text: string, conversation?: string | null, model?: string | null): Params {
  return {
    text,
    ...(typeof conversation === 'string' && { conversation }),
    ...(typeof model === 'string' && { model }),
  };
}

/** The answer alone; where it was said is in a header. */
function textReply(): ApiReply {
  let conversation = '';
  return {
    contentType: 'text/plain; charset=utf-8',
    headers: () => (conversation === '' ? {} : { 'x-conversation-id': conversation }),
    event(name, params) {
      if (name === 'chat.started') conversation = textOf(params['conversation']);
      return name === 'chat.delta' ? textOf(params['text']) : '';
    },
    result(result) {
      conversation = textOf(result['conversation']);
      return '';
    },
    failure: ({ code, message }) => `\n[error] ${code}: ${message}\n`,
  };
}

function eventsReply(): ApiReply {
  return {
    contentType: SSE_TYPE,
    keepAlive: SSE_COMMENT,
    event(name, params) {
      switch (name) {
        case 'chat.queued':
          return sseEvent('queued', { position: params['position'] });
        case 'chat.started': {
          const { conversation: conversationId, model, degraded } = params;
          return sseEvent('started', { conversationId, model, degraded });
        }
        case 'chat.thinking':
          return sseEvent('thinking', { text: params['text'] });
        case 'chat.delta':
          return sseEvent('delta', { text: params['text'] });
        default:
          return '';
      }
    },
    result({ conversation: conversationId, answerMessage: id, model, finishReason, usage, credits }) {
      return sseEvent('done', { id, conversationId, model, finishReason, usage, credits });
    },
    failure: (error) => sseEvent('error', errorBody(error)),
  };
}

function newSession(): ApiCall {
  const result = ({ id }: Params) => JSON.stringify({ sessionId: id });
  return { operation: 'conversations.create', params: {}, reply: wholeReply(result) };
}

function readSession({ path }: ApiRequest): ApiCall {
  const conversation = path['session'] ?? '';
  const result = ({ messages, records }: Params) => {
    const said = (messages as Params[]).map(({ id, role, text, createdAt }) => ({
      id,
      role,
      content: text,
      createdAt,
    }));
    return JSON.stringify({ sessionId: conversation, messages: said, s3Keys: records });
  };
  return { operation: 'conversations.messages', params: { conversation }, reply: wholeReply(result) };
}

/** The server knows what was said before: only the last message is new. */
function sessionMessage({ body }: ApiRequest): ApiCall {
  const { sessionId, messages, model } = readBody(SessionMessageBody, body);
  const last = messages.length - 1;
  const newest = messages[last];
  if (newest?.role !== 'user') throw new ApiRefusal('member_wrong', { param: `messages[${last}].role` });
  if (newest.content === '') throw new ApiRefusal('member_missing', { param: `messages[${last}].content` });
  const result = ({ answerMessage: id, conversation, text, files }: Params) => {
    const assistantMessage = { role: 'assistant', content: text };
    return JSON.stringify({ id, sessionId: conversation, assistantMessage, s3: files });
  };
  const params = sendParams(newest.content, sessionId, model);
  return { operation: 'chat.send', params, reply: wholeReply(result) };
}

function wholeReply(result: (result: Params) => string): ApiReply {
  return { contentType: JSON_TYPE, event: () => '', result, failure: () => undefined };
}

function errorBody({ status, code, message, param }: ApiError): object {
  return { error: { message, type: typeOf({ status, code }), param: param ?? null, code } };
}
