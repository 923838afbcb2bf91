/** Ollama's API: github.com/ollama/ollama docs/api.md. */
import type { Params } from '../../../shared/client/message.ts';
import { ApiRefusal, type ApiError, type ApiRefusalKey } from '../../http/api-errors.ts';
import type {
  ApiAddress,
  ApiAnswer,
  ApiCall,
  ApiErrorAnswer,
  ApiRequest,
  ExternalApi,
} from '../external-api.ts';
import { readBody } from '../read-body.ts';
import { chatInput, generateInput } from './completion-input.ts';
import { chatShape, CompletionReply, generateShape, JSON_TYPE, type Shape } from './completion-reply.ts';
import { EmbeddingsReply, EmbedReply } from './embedding-reply.ts';
import { findRoute, modelsReply, runningOf, shownOf, tagsOf } from './models.ts';
import {
  ChatBody,
  EmbedBody,
  EmbeddingsBody,
  GenerateBody,
  ShowBody,
  type AnswerBody,
} from './request-bodies.ts';

/**
 * The version of Ollama whose API this is. Clients refuse an older one: VS Code below 0.6.4, and Codex below
 * 0.13.4, since which there is `/v1/responses`; 0.14.0 was the first with `/v1/messages`.
 */
export const OLLAMA_VERSION = '0.14.0';

export const ollamaApi: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/api/chat', replays: true, translate: chat },
    { method: 'POST', path: '/api/generate', replays: true, translate: generate },
    { method: 'POST', path: '/api/embed', replays: true, translate: embed },
    { method: 'POST', path: '/api/embeddings', replays: true, translate: embeddings },
    { method: 'GET', path: '/api/tags', translate: () => ofModels(tagsOf) },
    { method: 'GET', path: '/api/ps', translate: ({ now }) => ofModels((routes) => runningOf(routes, now)) },
    { method: 'POST', path: '/api/show', translate: show },
    { method: 'GET', path: '/api/version', keyless: true, translate: version },
    ...['create', 'copy', 'pull', 'push'].map((name) => refusing('POST', `/api/${name}`, 'models_fixed')),
    refusing('DELETE', '/api/delete', 'models_fixed'),
    refusing('GET', '/api/blobs/:digest', 'models_fixed'),
    refusing('POST', '/api/blobs/:digest', 'models_fixed'),
  ],
  isNear: (path) => path.startsWith('/api/'),
  error: ({ message }: ApiError): ApiErrorAnswer => ({ body: { error: message } }),
};

function chat(request: ApiRequest): ApiCall {
  const body = readBody(ChatBody, request.body);
  if (!body.messages || body.messages.length === 0) return load(request, body, chatShape);
  return answer(request, body, chatInput(body), chatShape);
}

function generate(request: ApiRequest): ApiCall {
  const body = readBody(GenerateBody, request.body);
  const input = generateInput(body);
  const isEmpty = !body.prompt && (body.images ?? []).length === 0;
  if (isEmpty) return load(request, body, generateShape);
  // Numbers of tokens that a later request may bring along; what they stand for is not kept here.
  return answer(request, body, input, generateShape, { context: [] });
}

function answer(
  request: ApiRequest,
  { model, stream }: AnswerBody,
  params: Params,
  shape: Shape,
  lastMembers: Params = {},
): ApiCall {
  const isStreamed = stream !== false;
  const reply = new CompletionReply({ request, model, shape, isStreamed, lastMembers });
  return { operation: 'completions.create', params, reply };
}

/** Without messages Ollama loads the model, or unloads it. Here the model servers see to that themselves. */
function load({ clock }: ApiRequest, { model, keep_alive: keepAlive }: AnswerBody, shape: Shape): ApiCall {
  const isUnload = keepAlive !== null && keepAlive !== undefined && /^0+[a-z]*$/.test(String(keepAlive));
  return ofModels((routes) => {
    findRoute(routes, model);
    return {
      model,
      created_at: new Date(clock.now()).toISOString(),
      ...shape({}),
      done_reason: isUnload ? 'unload' : 'load',
      done: true,
    };
  }, model);
}

function embed(request: ApiRequest): ApiCall {
  const { model, input, dimensions } = readBody(EmbedBody, request.body);
  const texts = [input].flat();
  if (texts.length === 0 || input === '') {
    return ofModels((routes) => {
      findRoute(routes, model);
      return { model, embeddings: [] };
    }, model);
  }
  const params = { route: model, input: texts, ...(dimensions && { dimensions }) };
  return { operation: 'embeddings.create', params, reply: new EmbedReply(request, model) };
}

function embeddings({ body }: ApiRequest): ApiCall {
  const { model, prompt } = readBody(EmbeddingsBody, body);
  if (!prompt) {
    return ofModels((routes) => {
      findRoute(routes, model);
      return { embedding: [] };
    }, model);
  }
  return {
    operation: 'embeddings.create',
    params: { route: model, input: [prompt] },
    reply: new EmbeddingsReply(),
  };
}

function show({ body }: ApiRequest): ApiCall {
  const { model, name } = readBody(ShowBody, body);
  const wanted = model || name;
  if (!wanted) throw new ApiRefusal('member_missing', { param: 'model' });
  return ofModels((routes) => shownOf(routes, wanted), wanted);
}

/** Of all models, or of the one that goes by a name. */
function ofModels(reply: Parameters<typeof modelsReply>[0], model?: string): ApiCall {
  const params = model === undefined ? {} : { model };
  return { operation: 'models.list', params, reply: modelsReply(reply) };
}

function version(): ApiAnswer {
  return { status: 200, contentType: JSON_TYPE, body: JSON.stringify({ version: OLLAMA_VERSION }) };
}

function refusing(method: ApiAddress['method'], path: string, key: ApiRefusalKey): ApiAddress {
  return {
    method,
    path,
    translate() {
      throw new ApiRefusal(key);
    },
  };
}
