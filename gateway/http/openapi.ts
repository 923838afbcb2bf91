/**
 * [H-9] in docs/protocol.md.
 * The description of the HTTP API for tools, in OpenAPI 3.1: made from the table of operations, as the
 * addresses themselves are, and from what other parts of the gateway say of theirs.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HttpForm, Operation } from '../../shared/define-operation.ts';
import { ERRORS, type ErrorKey } from '../../shared/errors.ts';

type Schema = Readonly<Record<string, unknown>>;
type Described = Readonly<Record<string, unknown>>;

/** Paths that are not in the table: each method has an OpenAPI operation object. */
export type DescribedPaths = Readonly<Record<string, Readonly<Record<string, Described>>>>;

export interface OpenApiOptions {
  readonly operations: readonly Operation[];
  readonly morePaths: DescribedPaths;
}

/** Of this API, not of the program. */
const API_VERSION = '1.0.0';

/** What any address may answer, whatever it does. */
const GENERAL_STATUSES = [400, 401, 429, 503] as const;

export function addDescription(api: FastifyInstance, options: OpenApiOptions): void {
  let text: string | undefined;
  api.get('/openapi.json', async (_, reply) => {
    text ??= JSON.stringify(describeApi(options));
    return reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(text);
  });
}

export function describeApi({ operations, morePaths }: OpenApiOptions): Described {
  const paths: Record<string, Record<string, Described>> = {};
  for (const operation of operations) {
    for (const form of operation.http ?? []) {
      (paths[form.path] ??= {})[form.method.toLowerCase()] = describe(operation, form);
    }
  }
  for (const [path, methods] of Object.entries(morePaths)) Object.assign((paths[path] ??= {}), methods);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hilo',
      version: API_VERSION,
      description: 'A self-hosted chat server. Errors have one form; look at `code`, not at `message`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: tagsOf(paths),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token (`POST /auth/login`) or an API key (`POST /keys`)',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      schemas: { Error: ERROR_SCHEMA },
    },
  };
}

const ERROR_SCHEMA: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      properties: {
        message: { type: 'string', description: 'In the language of `Accept-Language`' },
        type: { type: 'string' },
        param: { type: ['string', 'null'], description: 'The member at fault' },
        code: { type: 'string' },
      },
    },
  },
};

export function errorResponse(description: string): Described {
  const schema = { $ref: '#/components/schemas/Error' };
  return { description, content: { 'application/json': { schema } } };
}

function describe(operation: Operation, form: HttpForm): Described {
  const { name, summary, access } = operation;
  const { properties, required, rest } = inputOf(operation, form);
  const isOpen = access === 'public' || form.keyless === true;
  const inQuery =
    form.method === 'GET' ? Object.keys(properties).filter((one) => !rest.path.includes(one)) : [];
  const parameters = [
    ...rest.path.map((one) => ({ name: one, in: 'path', required: true, schema: properties[one] ?? {} })),
    ...inQuery.map((one) => ({
      name: one,
      in: 'query',
      required: required.includes(one),
      schema: properties[one] ?? {},
    })),
  ];
  return {
    operationId: operationId(name, form),
    summary: summary.en,
    'x-summary-es': summary.es,
    'x-access': form.keyless === true ? 'public' : access,
    tags: [tagOf(name)],
    ...(isOpen ? { security: access === 'public' ? [] : [{}, { bearer: [] }, { apiKey: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(form.method === 'GET' ? {} : bodyOf(operation, { properties, required, rest })),
    responses: responsesOf(operation, form),
  };
}

function inputOf({ input }: Operation, { path }: HttpForm) {
  const schema = jsonSchema(input, 'input');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one ?? '');
  return {
    properties: (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>,
    required: (schema['required'] ?? []) as readonly string[],
    rest: { path: inPath },
  };
}

function bodyOf(
  { examples }: Operation,
  { properties, required, rest: { path: inPath } }: ReturnType<typeof inputOf>,
): Described {
  const members = Object.entries(properties).filter(([name]) => !inPath.includes(name));
  if (members.length === 0) return {};
  const needed = required.filter((name) => !inPath.includes(name));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(members),
    ...(needed.length > 0 ? { required: needed } : {}),
    additionalProperties: false,
  };
  const given = Object.entries((examples[0]?.input ?? {}) as Schema).filter(([name]) => {
    return !inPath.includes(name);
  });
  const example = given.length > 0 ? { example: Object.fromEntries(given) } : {};
  const content = { 'application/json': { schema, ...example } };
  return { requestBody: { required: needed.length > 0, content } };
}

function responsesOf(operation: Operation, { status }: HttpForm): Described {
  const { output, access, errors } = operation;
  const schema = jsonSchema(output, 'output');
  const success =
    status === 204
      ? { description: 'Done' }
      : { description: 'The result', content: { 'application/json': { schema } } };
  const keys: readonly ErrorKey[] = access === 'admin' ? [...errors, 'forbidden'] : errors;
  const byStatus = Map.groupBy(keys, (key) => ERRORS[key].http);
  const statuses = [...new Set([...GENERAL_STATUSES, ...byStatus.keys()])].toSorted((a, b) => a - b);
  const failures = statuses.map((one) => {
    const named = byStatus.get(one) ?? [];
    return [String(one), errorResponse(named.length > 0 ? named.join(', ') : (GENERAL_TEXTS[one] ?? ''))];
  });
  return { [String(status ?? 200)]: success, ...Object.fromEntries(failures) };
}

const GENERAL_TEXTS: Readonly<Record<number, string>> = {
  400: 'The request is not right',
  401: 'A key is needed, or it is not valid',
  429: 'Too many requests; Retry-After says when to come back',
  503: 'Not now; Retry-After says when to come back',
};

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** An operation with several addresses has a name for each. */
function operationId(name: string, { method, path }: HttpForm): string {
  const words = `${method.toLowerCase()}${path}`.replaceAll(/[^\w]+/g, '_').replaceAll(/^_|_$/g, '');
  return `${name.replaceAll('.', '_')}__${words}`;
}

function tagOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

function tagsOf(paths: DescribedPaths): { name: string; description: string }[] {
  const names = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap((method) => method['tags'] as string[]),
  );
  return [...new Set(names)].toSorted().map((name) => ({ name, description: `Operations of ${name}` }));
}
