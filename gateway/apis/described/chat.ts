/** Conversations for plain HTTP clients. */
import { listOf, MODEL_ERRORS, NO_KEY, objectOf, TEXT, TOO_MANY, type ApiDescription } from './describe.ts';

const SAID = objectOf({ role: { type: 'string', enum: ['user', 'assistant', 'system'] }, content: TEXT }, [
  'role',
  'content',
]);

const ANSWER = {
  'text/plain': { type: 'string', description: 'The answer as it comes' },
  'text/event-stream': { type: 'string', description: 'With Accept: text/event-stream, its events' },
} as const;

const MESSAGE_BODY = objectOf(
  {
    message: { type: 'string', minLength: 1 },
    conversationId: { type: 'string', description: 'Without it, a conversation begins' },
    model: TEXT,
  },
  ['message'],
);

const { conversationId: _, ...INTO_CONVERSATION } = MESSAGE_BODY.properties;

export const CHAT_DESCRIPTION: ApiDescription = {
  tag: 'chat',
  addresses: {
    'POST /chat': {
      summary: {
        en: 'Say something and get the answer as it comes',
        es: 'Di algo y recibe la respuesta según llega',
      },
      body: MESSAGE_BODY,
      example: { message: 'hello' },
      result: ANSWER,
      errors: MODEL_ERRORS,
    },
    'POST /conversations/:conversation/messages': {
      summary: { en: 'Say something in a conversation', es: 'Di algo en una conversación' },
      body: objectOf(INTO_CONVERSATION, ['message']),
      example: { message: 'hello' },
      result: ANSWER,
      errors: MODEL_ERRORS,
    },
    'POST /chat/session': {
      summary: {
        en: 'Begin a session, which is a conversation',
        es: 'Empieza una sesión, que es una conversación',
      },
      result: { 'application/json': objectOf({ sessionId: TEXT }, ['sessionId']) },
      errors: { ...NO_KEY, ...TOO_MANY },
    },
    'GET /chat/session/:session': {
      summary: { en: 'Read what was said in a session', es: 'Lee lo que se dijo en una sesión' },
      result: {
        'application/json': objectOf({
          sessionId: TEXT,
          messages: listOf(objectOf({ id: TEXT, role: TEXT, content: TEXT, createdAt: TEXT })),
        }),
      },
      errors: { ...NO_KEY, 404: 'There is no such session', ...TOO_MANY },
    },
    'POST /chat/message': {
      summary: {
        en: 'Say something in a session and get the whole answer',
        es: 'Di algo en una sesión y recibe la respuesta entera',
      },
      body: objectOf(
        {
          sessionId: { type: 'string', description: 'Without it, a session begins' },
          messages: { ...listOf(SAID, 'The last one is what is said now'), minItems: 1 },
          model: TEXT,
        },
        ['messages'],
      ),
      example: { messages: [{ role: 'user', content: 'hello' }] },
      result: { 'application/json': objectOf({ id: TEXT, sessionId: TEXT, assistantMessage: SAID }) },
      errors: MODEL_ERRORS,
    },
  },
};
