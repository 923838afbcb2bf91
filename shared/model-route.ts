/** The closed lists in which a model route is described, for settings, operations and the server alike. */

/** The protocols of model servers. `server/models/create-routes.ts` makes a client for each. */
export const UPSTREAM_KINDS = ['ollama', 'openai'] as const;
export type UpstreamKind = (typeof UPSTREAM_KINDS)[number];

/** The protocol that a route is reached by. `offline` is the companion, which needs no model server. */
export const PROVIDERS = [...UPSTREAM_KINDS, 'offline'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Each kind of access includes those after it; `teams`: members of teams that list the route. */
export const ROUTE_ACCESS = ['everyone', 'users', 'teams', 'admins'] as const;
export type RouteAccess = (typeof ROUTE_ACCESS)[number];

export const CAPABILITIES = [
  'chat',
  'embed',
  'image',
  'vision',
  'tools',
  'json',
  'thinking',
  'guard',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Ollama takes `x`, `X`, `x:latest` and `library/x` for one model. */
export function plainModelName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}
