/** How an address of an API of others is described for `/openapi.json`. */
import { errorResponse, type DescribedPaths } from '../../http/openapi.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface AddressDescription {
  readonly summary: { readonly en: string; readonly es: string };
  readonly body?: Schema;
  /** In its place: the fields of a form with a file. */
  readonly form?: Schema;
  /** A body that is valid; `small` stands for a model. */
  readonly example?: object;
  readonly query?: Readonly<Record<string, Schema>>;
  /** Of a success; 200 when left out. */
  readonly status?: number;
  /** What a success has, by content type. */
  readonly result: Readonly<Record<string, Schema>>;
  readonly errors: Readonly<Record<number, string>>;
  readonly isOpen?: true;
}

export interface ApiDescription {
  readonly tag: string;
  /** The form of its errors; the gateway's own when left out. */
  readonly errorSchema?: Schema;
  /** By method and path as Fastify writes it: `GET /v1/models/*`. */
  readonly addresses: Readonly<Record<string, AddressDescription>>;
}

export const TEXT = { type: 'string' } as const;
export const YES_OR_NO = { type: 'boolean' } as const;
export const NUMBER = { type: 'number' } as const;
export const INTEGER = { type: 'integer' } as const;
export const ANY_OBJECT = { type: 'object' } as const;

export const TOO_MANY = { 429: 'Too many requests; Retry-After says when to come back' } as const;
export const NO_KEY = { 401: 'A key is needed, or it is not valid' } as const;
/** Of every address at which a model answers. */
export const MODEL_ERRORS = {
  400: 'The request is not right, or is longer than the context of the model',
  ...NO_KEY,
  402: 'Out of credits',
  404: 'There is no such model',
  409: 'This Idempotency-Key is in use, or was used with another body',
  413: 'The body is too large',
  ...TOO_MANY,
  502: 'The model failed to answer',
  503: 'Not now; Retry-After says when to come back',
  504: 'The model took too long to answer',
} as const;

export function listOf(items: Schema, description?: string): Schema {
  return { type: 'array', items, ...(description !== undefined && { description }) };
}

export function objectOf(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []) {
  return { type: 'object', properties, ...(required.length > 0 && { required }) } as const;
}

export function describeAddress(
  api: ApiDescription,
  [method, path]: readonly [string, string],
  { summary, body, form, example, query = {}, status = 200, result, errors, isOpen }: AddressDescription,
): DescribedPaths {
  const url = openApiPath(path);
  const failures = Object.entries(errors).map(([status, text]) => [status, failure(api, text)] as const);
  const names = [...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: TEXT })),
    ...Object.entries(query).map(([name, schema]) => ({ name, in: 'query', required: false, schema })),
  ];
  const described = {
    operationId: `${method.toLowerCase()}${url}`.replaceAll(/[^\w]+/g, '_').replaceAll(/^_|_$/g, ''),
    summary: summary.en,
    'x-summary-es': summary.es,
    'x-access': isOpen ? 'public' : 'anonymous',
    tags: [api.tag],
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(form && { requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } } }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: body, ...(example && { example }) } },
      },
    }),
    responses: {
      [status]: { description: 'The result', content: contentOf(result) },
      ...Object.fromEntries(failures),
    },
  };
  return { [url]: { [method.toLowerCase()]: described } };
}

/** Fastify's `:name` and `*`; only names of models have slashes. */
function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{model}');
}

function failure({ errorSchema }: ApiDescription, description: string) {
  if (!errorSchema) return errorResponse(description);
  return { description, content: { 'application/json': { schema: errorSchema } } };
}

function contentOf(result: AddressDescription['result']) {
  return Object.fromEntries(Object.entries(result).map(([type, schema]) => [type, { schema }]));
}
