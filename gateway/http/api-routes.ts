/** From the table of operations to addresses: what each one runs, and which methods it takes. */
import type { HttpForm, Operation } from '../../shared/define-operation.ts';

export interface ApiRoute {
  readonly operation: Operation;
  readonly form: HttpForm;
  /** As Fastify writes it: `/keys/:key`. */
  readonly url: string;
}

export function routesOf(operations: readonly Operation[]): ApiRoute[] {
  return operations.flatMap((operation) =>
    (operation.http ?? []).map((form) => ({
      operation,
      form,
      url: form.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    })),
  );
}

interface Endpoint {
  readonly method: string;
  /** As Fastify writes it. */
  readonly path: string;
}

export function endpointsOf(routes: readonly ApiRoute[]): Endpoint[] {
  return routes.map(({ url: path, form: { method } }) => ({ path, method }));
}

/** HEAD is answered wherever GET is. */
export function methodsByUrl(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of endpoints) {
    const all = methods.get(path) ?? [];
    all.push(...(method === 'GET' ? ['GET', 'HEAD'] : [method]));
    methods.set(path, [...new Set(all)]);
  }
  return methods;
}

/** Whether a path belongs to the API, so that what is not there is told in JSON. */
export function apiPaths(urls: readonly string[]): (path: string) => boolean {
  const roots = new Set(urls.map(rootOf));
  return (path) => roots.has(rootOf(path));
}

/** Without the query. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function rootOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}
