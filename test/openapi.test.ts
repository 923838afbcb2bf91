/** [H-9] `GET /openapi.json`: it is right, and every address of the table answers as it says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describedPaths } from '../gateway/apis/described/index.ts';
import { EXTERNAL_APIS } from '../gateway/apis/index.ts';
import { isRecord } from '../shared/client/message.ts';
import type { HttpForm, Operation } from '../shared/define-operation.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { HttpBench } from './support/http-bench.ts';

interface Described {
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: object }> }>>;
  readonly requestBody?: { content: Record<string, { schema: object; example?: object }> };
  readonly parameters?: readonly { name: string; in: string; required: boolean }[];
}
interface Api {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: object;
}

let bench: HttpBench;
let api: Api;
let adminKey: string;
before(async () => {
  bench = await HttpBench.start();
  adminKey = await bench.administrator();
  api = (await (await bench.ask('GET', '/openapi.json')).json()) as Api;
});
after(() => bench[Symbol.asyncDispose]());

test('a linter finds nothing wrong with it', async () => {
  assert.equal(api.openapi, '3.1.0');
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(api), config });
  const texts = problems.map(({ severity, ruleId, message, location: [place] }) => {
    return `${severity} ${ruleId} ${place?.pointer ?? ''}: ${message}`;
  });
  assert.deepEqual(texts, []);
});

test('it has every address of the table', () => {
  const forms = OPERATION_LIST.flatMap(({ http = [] }) => http);
  const missing = forms.filter(({ method, path }) => !api.paths[path]?.[method.toLowerCase()]);
  assert.deepEqual(missing, []);
  assert.ok(forms.length > 40);
});

const PASSWORD = 'a long sentence to sign in';

interface Person {
  readonly key: string;
  /** What they have, by the name of the member that names it. */
  readonly ids: Readonly<Record<string, string>>;
}

let people = 0;

async function as(
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await bench.ask(method, path, { headers, ...(body && { body }) });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Somebody with one of everything that an address can name. */
async function person(): Promise<Person> {
  people += 1;
  const email = `person-${people}@example.org`;
  const { accessToken: key } = await bench.register({ email, password: PASSWORD, name: 'Ana' });
  const id = async (path: string, body: object) => String((await as(key, 'POST', path, body))['id']);
  const conversation = await id('/conversations', { title: 'mine' });
  const { logins } = await as(key, 'GET', '/auth/logins');
  const [login] = logins as { id: string }[];
  return {
    key,
    ids: {
      conversation,
      folder: await id('/folders', { name: 'mine' }),
      key: await id('/keys', { name: 'mine' }),
      login: login?.id ?? '',
      user: email,
      account: email,
      index: '0',
      share: 'none',
      summary: 'none',
      invitation: 'none',
      team: 'none',
      id: 'none',
      job: 'none',
      file: 'none',
      batch: 'none',
      message: '1',
    },
  };
}

/** The first example of the operation, at this address, by somebody who may do it. */
async function ask({ access, examples }: Operation, form: HttpForm, reader: Person): Promise<Response> {
  const { key, ids } = form.method === 'GET' ? reader : await person();
  const given = (examples[0]?.input ?? {}) as Record<string, unknown>;
  const inPath = [...form.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const path = form.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? assert.fail(name));
  const body = Object.fromEntries(Object.entries(given).filter(([name]) => !inPath.includes(name)));
  if ('user' in body) body['user'] = ids['user'];
  const query = form.method === 'GET' ? queryOf(body) : '';
  const headers = { authorization: `Bearer ${access === 'admin' ? adminKey : key}` };
  return bench.ask(form.method, `${path}${query}`, { headers, ...(form.method === 'GET' ? {} : { body }) });
}

function queryOf(input: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(input).map(([name, value]) => [name, String(value)]);
  return words.length === 0 ? '' : `?${new URLSearchParams(words).toString()}`;
}

/** What their examples name is a secret, or does not exist here. */
const EXAMPLES_THAT_FAIL = [
  'POST /conversations/{conversation}/shares: 409',
  'DELETE /shares/{share}: 404',
  'GET /shares/{share}: 404',
  'DELETE /image/{id}: 404',
  'GET /summaries/{summary}: 404',
  'DELETE /summaries/{summary}: 404',
  'GET /jobs/{job}: 404',
  'POST /invitations: 404',
  'POST /jobs/{job}/cancel: 404',
  'DELETE /jobs/{job}: 404',
  'GET /files/{file}: 404',
  'DELETE /files/{file}: 404',
  'POST /batches: 404',
  'GET /batches/{batch}: 404',
  'POST /batches/{batch}/cancel: 404',
  'DELETE /batches/{batch}: 404',
  'GET /ledger/receipt/{index}: 404',
  'POST /auth/refresh: 401',
  'POST /auth/password: 403',
  'POST /auth/reset: 410',
  'DELETE /users/me: 403',
  // Its example was made at the other address.
  'POST /admin/users: 409',
  'DELETE /invitations/{invitation}: 404',
  'GET /teams/{team}: 404',
  'PATCH /teams/{team}: 404',
  'DELETE /teams/{team}: 404',
  'PUT /teams/{team}/members/{user}: 404',
  'DELETE /teams/{team}/members/{user}: 404',
  'GET /analytics/user/{user}/overview: 403',
  'GET /analytics/user/{user}/timeseries: 403',
  'GET /analytics/user/{user}/perf: 403',
  'GET /analytics/user/{user}/costs: 403',
  'POST /analytics/events: 404',
  'DELETE /admin/allowances/{account}: 404',
  // Its example sets one, which a query cannot say.
  'GET /admin/budget: 400',
];

test('every address answers as it says', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'api', components: api.components });
  const reader = await person();
  const wrong: string[] = [];
  const failed: string[] = [];
  for (const operation of OPERATION_LIST) {
    for (const form of operation.http ?? []) {
      const response = await ask(operation, form, reader);
      const where = `${form.method} ${form.path}: ${response.status}`;
      if (!response.ok) failed.push(where);
      const described = api.paths[form.path]?.[form.method.toLowerCase()]?.responses[String(response.status)];
      const text = await response.text();
      const schema = described?.content?.['application/json']?.schema;
      const resolved =
        isRecord(schema) && '$ref' in schema ? { $ref: `api${String(schema['$ref'])}` } : schema;
      if (!described) wrong.push(`${where} is not described: ${text}`);
      else if (!resolved) assert.equal(text, '', where);
      else if (!ajv.validate(resolved, JSON.parse(text))) wrong.push(`${where} ${ajv.errorsText()}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(failed.sort(), [...EXAMPLES_THAT_FAIL].sort());
});

/** Refused whatever is asked: they are answered so that clients hear why. */
const REFUSED = /^(?:POST|GET|DELETE) \/api\/(?:create|copy|pull|push|delete|blobs\/:digest)$/;

test('the APIs of others are in it, with the form of their errors', () => {
  const described = describedPaths(EXTERNAL_APIS);
  const served = EXTERNAL_APIS.flatMap(({ addresses }) => addresses);
  const missing = served.filter(({ method, path }) => {
    const url = path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{model}');
    return !REFUSED.test(`${method} ${path}`) && !api.paths[url]?.[method.toLowerCase()];
  });
  assert.deepEqual(missing, []);
  assert.ok('/v1/chat/completions' in described && '/v1/models/{model}' in described);
  const { responses } = api.paths['/v1/chat/completions']?.['post'] ?? assert.fail();
  assert.deepEqual(Object.keys(responses['200']?.content ?? {}), ['application/json', 'text/event-stream']);
  assert.ok(responses['402']?.content?.['application/json']);
});

test('a body that is prefilled is one that the schema takes', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  let checked = 0;
  for (const methods of Object.values(api.paths)) {
    for (const { requestBody } of Object.values(methods)) {
      const { schema, example } = requestBody?.content['application/json'] ?? {};
      if (!schema || !example) continue;
      assert.ok(ajv.validate(schema, example), `${JSON.stringify(example)} ${ajv.errorsText()}`);
      checked += 1;
    }
  }
  assert.ok(checked > 20);
});
