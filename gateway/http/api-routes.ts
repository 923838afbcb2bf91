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

/** HEAD is answered wherever GET is. */
export function methodsByUrl(routes: readonly ApiRoute[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const { url, form } of routes) {
    const all = methods.get(url) ?? [];
    all.push(...(form.method === 'GET' ? ['GET', 'HEAD'] : [form.method]));
    methods.set(url, all);
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
