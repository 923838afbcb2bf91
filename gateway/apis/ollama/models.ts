/** Routes as Ollama shows models. What only a model file could tell is empty or 0. */
import { createHash } from 'node:crypto';
import type { Params } from '../../../shared/client/message.ts';
import type { RouteView } from '../../../shared/operations/models-list.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import type { ApiReply } from '../external-api.ts';
import { JSON_TYPE } from './completion-reply.ts';

/** Clients look up `model_info` by this name. No architecture of a model is known here. */
const ARCHITECTURE = 'hilo';
const CAPABILITIES = ['completion', 'embedding', 'vision', 'tools', 'thinking', 'image'] as const;
/** The longest time that a duration of Ollama's can have: what it says of a model that is never unloaded. */
const FOREVER_MS = 2 ** 63 / 1e6;
const NAME_WIDTH = 31;

/** A reply that is made of `models.list`. `answer` may throw `ApiRefusal`. */
export function modelsReply(answer: (routes: readonly RouteView[]) => object): ApiReply {
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result: (result: Params) => JSON.stringify(answer((result as { routes?: RouteView[] }).routes ?? [])),
    failure: () => undefined,
  };
}

export function tagsOf(routes: readonly RouteView[]): object {
  return { models: routes.filter(isShown).map(listed) };
}

/** Every model counts as loaded: which ones are is the business of the model servers. */
export function runningOf(routes: readonly RouteView[], now: number): object {
  const models = routes.filter(isShown).map((route) => {
    const { modified_at: _, ...rest } = listed(route);
    return {
      ...rest,
      expires_at: timeOf(now + FOREVER_MS),
      size_vram: 0,
      context_length: route.contextTokens,
    };
  });
  return { models };
}

/** Throws `ApiRefusal` when no route has the name. */
export function shownOf(routes: readonly RouteView[], name: string): object {
  const route = findRoute(routes, name);
  const { id, contextTokens, maxOutputTokens } = route;
  const hasTools = route.capabilities.includes('tools');
  return {
    license: '',
    modelfile: `# ${id} is a route of Hilo\nFROM ${taggedName(id)}\n`,
    parameters: [
      `${'num_ctx'.padEnd(NAME_WIDTH)}${contextTokens}`,
      `${'num_predict'.padEnd(NAME_WIDTH)}${maxOutputTokens}`,
    ].join('\n'),
    // Some clients look here for what a model can do.
    template: `{{ .System }}${hasTools ? '{{ .Tools }}' : ''}{{ .Prompt }}`,
    details: DETAILS,
    model_info: {
      'general.architecture': ARCHITECTURE,
      'general.basename': id,
      [`${ARCHITECTURE}.context_length`]: contextTokens,
    },
    capabilities: capabilitiesOf(route),
    modified_at: timeOf(route.created * 1_000),
  };
}

/** Of the routes that the server gives for a name. Throws `ApiRefusal` when there is none. */
export function findRoute([route]: readonly RouteView[], name: string): RouteView {
  if (!route) throw new ApiRefusal('unknown_model', { model: name });
  return route;
}

const DETAILS = {
  parent_model: '',
  format: '',
  family: ARCHITECTURE,
  families: [ARCHITECTURE],
  parameter_size: '',
  quantization_level: '',
} as const;

function listed(route: RouteView) {
  const name = taggedName(route.id);
  return {
    name,
    model: name,
    modified_at: timeOf(route.created * 1_000),
    size: 0,
    // Ollama's own client cuts it without looking whether it is there.
    digest: createHash('sha256').update(route.id).digest('hex'),
    details: DETAILS,
    capabilities: capabilitiesOf(route),
  };
}

/** Clients split names at the colon. */
function taggedName(id: string): string {
  return /:[^/]*$/.test(id) ? id : `${id}:latest`;
}

function isShown(route: RouteView): boolean {
  return capabilitiesOf(route).length > 0;
}

function capabilitiesOf({ capabilities }: RouteView): string[] {
  return CAPABILITIES.filter((one) => capabilities.includes(one));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
