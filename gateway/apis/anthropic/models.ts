/** The list of models in Anthropic's form, at addresses that OpenAI's API has too. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Params } from '../../../shared/client/message.ts';
import type { RouteView } from '../../../shared/operations/models-list.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import type { ApiAddress, ApiCall } from '../external-api.ts';
import { JSON_TYPE } from '../sse.ts';

/** Clients of Anthropic's API send this header with every request. */
export const isFor = (headers: IncomingHttpHeaders) => headers['anthropic-version'] !== undefined;

export const MODELS: readonly ApiAddress[] = [
  {
    method: 'GET',
    path: '/v1/models',
    isFor,
    translate: () => modelsCall({}, (models) => listOf(models)),
  },
  {
    method: 'GET',
    path: '/v1/models/*',
    isFor,
    translate({ path }) {
      const wanted = path['*'] ?? '';
      // The server knows by which names the model goes.
      return modelsCall({ model: wanted }, ([model]) => {
        if (!model) throw new ApiRefusal('unknown_model', { model: wanted });
        return model;
      });
    },
  },
];

interface ModelInfo {
  readonly type: 'model';
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
  /** Of the prompt. */
  readonly max_input_tokens: number;
  /** Of the answer. */
  readonly max_tokens: number;
}

function modelsCall(params: Params, answer: (models: readonly ModelInfo[]) => object): ApiCall {
  return {
    operation: 'models.list',
    params,
    reply: {
      contentType: JSON_TYPE,
      event: () => '',
      result: (result) => JSON.stringify(answer(modelsIn(result))),
      failure: () => undefined,
    },
  };
}

/** Those that answer messages. */
function modelsIn(result: Params): ModelInfo[] {
  const routes = result['routes'] as readonly RouteView[];
  return routes
    .filter(({ capabilities }) => capabilities.includes('completion'))
    .map(({ id, created, contextTokens, maxOutputTokens }) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: new Date(created * 1_000).toISOString(),
      max_input_tokens: contextTokens - maxOutputTokens,
      max_tokens: maxOutputTokens,
    }));
}

function listOf(data: readonly ModelInfo[]): object {
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
