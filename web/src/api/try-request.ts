/** From the fields of a form to the request that is sent. */
import type { ApiOperation, Member } from './reference.ts';

export type Values = Readonly<Record<string, string>>;

/** The members that have a field of their own. */
export function fieldsOf({ members }: ApiOperation): readonly Member[] {
  return members.filter(({ place }) => place !== 'body');
}

/** The name of the first member that has to be filled in. */
export function missingIn(operation: ApiOperation, values: Values): string | undefined {
  return fieldsOf(operation).find(({ name, isRequired }) => isRequired && !values[name]?.trim())?.name;
}

/** Below the root of the page, also where that is a folder of a reverse proxy. */
export function urlFor(operation: ApiOperation, values: Values, root: URL): URL {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    return encodeURIComponent(values[name]?.trim() ?? '');
  });
  const url = new URL(path.slice(1), root);
  for (const { name, place } of fieldsOf(operation)) {
    const value = values[name]?.trim() ?? '';
    if (place === 'query' && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** Where it is no JSON, as far as the browser tells; undefined if it is JSON, or is empty. */
export function faultOfJson(text: string): JsonFault | undefined {
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (fault) {
    // Its words are English in every browser; the place is not.
    const place = fault instanceof Error ? /line (\d+) column (\d+)/.exec(fault.message) : null;
    return place ? { line: Number(place[1]), column: Number(place[2]) } : 'somewhere';
  }
}

export type JsonFault = 'somewhere' | { readonly line: number; readonly column: number };

/** The example of a body names a model that there need not be. */
export function withModel(body: string, model: string): string {
  return body.replace(/"model": "small"/, `"model": ${JSON.stringify(model)}`);
}
