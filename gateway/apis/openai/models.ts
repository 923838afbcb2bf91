import type { RouteView } from '../../../shared/operations/models-list.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import type { ApiCall, ApiReply, ApiRequest } from '../external-api.ts';

export function modelsCall(): ApiCall {
  const data = (routes: readonly RouteView[]) => ({
    object: 'list',
    data: routes.filter(isUsable).map(modelOf),
  });
  return { operation: 'models.list', params: {}, reply: listReply(data) };
}

export function modelCall({ path }: ApiRequest): ApiCall {
  const model = path['*'] ?? '';
  // The server knows by which names the route goes.
  const one = ([route]: readonly RouteView[]) => {
    if (!route || !isUsable(route)) throw new ApiRefusal('unknown_model', { model, param: 'model' });
    return modelOf(route);
  };
  return { operation: 'models.list', params: { model }, reply: listReply(one) };
}

function listReply(read: (routes: readonly RouteView[]) => object): ApiReply {
  return {
    contentType: 'application/json; charset=utf-8',
    event: () => '',
    result: ({ routes }) => JSON.stringify(read(routes as RouteView[])),
    failure: () => undefined,
  };
}

function isUsable({ capabilities }: RouteView): boolean {
  return capabilities.includes('completion') || capabilities.includes('embedding');
}

/** Beside OpenAI's members those that clients of other servers read. */
function modelOf({ id, created, owner, contextTokens, maxOutputTokens, capabilities }: RouteView): object {
  return {
    id,
    object: 'model',
    created,
    owned_by: owner,
    context_length: contextTokens,
    max_model_len: contextTokens,
    max_output_tokens: maxOutputTokens,
    capabilities,
  };
}
