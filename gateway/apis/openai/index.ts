/** OpenAI's API (platform.openai.com/docs/api-reference): chat completions, responses, embeddings, images. */
import type { ExternalApi } from '../external-api.ts';
import { chatParams } from './chat-request.ts';
import { chatReply } from './chat-reply.ts';
import { embeddingsCall } from './embeddings.ts';
import { openAiError } from './errors.ts';
import { imagesCall } from './images.ts';
import { modelCall, modelsCall } from './models.ts';
import { RESPONSES } from './responses/index.ts';

export const openAiApi: ExternalApi = {
  addresses: [
    {
      method: 'POST',
      path: '/v1/chat/completions',
      replays: true,
      translate: (request) => {
        const { params, form } = chatParams(request.body);
        return { operation: 'completions.create', params, reply: chatReply(form, request) };
      },
    },
    RESPONSES,
    { method: 'POST', path: '/v1/embeddings', replays: true, translate: embeddingsCall },
    { method: 'POST', path: '/v1/images/generations', replays: true, translate: imagesCall },
    { method: 'GET', path: '/v1/models', translate: modelsCall },
    // Names of models may have slashes.
    { method: 'GET', path: '/v1/models/*', translate: modelCall },
  ],
  isNear: (path) => path.startsWith('/v1/'),
  error: openAiError,
};
