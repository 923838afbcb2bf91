import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEALTH_PATHS } from '../gateway/http/health-paths.ts';
import { describedPaths } from '../gateway/apis/described/index.ts';
import { EXTERNAL_APIS } from '../gateway/apis/index.ts';
import { describeApi } from '../gateway/http/openapi.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { isGrave, readReference, search, typeText, type ApiOperation } from '../web/src/api/reference.ts';

const morePaths = { ...HEALTH_PATHS, ...describedPaths(EXTERNAL_APIS) };
const GROUPS = readReference(describeApi({ operations: OPERATION_LIST, morePaths }));
const ALL = GROUPS.flatMap(({ operations }) => operations);

function operation(method: string, path: string): ApiOperation {
  return ALL.find((one) => one.method === method && one.path === path) ?? assert.fail(`${method} ${path}`);
}

test('types are written as people write them', () => {
  assert.equal(typeText({ type: 'string' }), 'string');
  assert.equal(typeText({ const: 'list' }), '"list"');
  assert.equal(typeText({ anyOf: [{ type: 'string' }, { type: 'null' }] }), 'string | null');
  assert.equal(typeText({ type: 'array', items: { enum: ['a', 'b'] } }), '("a" | "b")[]');
  const short = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, at: {} } };
  assert.equal(typeText(short), '{ id: string, at?: any }');
  const long = { type: 'object', properties: { first: short, second: short, third: short } };
  assert.equal(typeText(long).split('\n').length, 5);
});

test('every operation has all that is shown of it, in both languages', () => {
  assert.ok(ALL.length > 60);
  for (const { id, method, path, group, summary, access, failures } of ALL) {
    assert.ok(id && group && failures.length > 0, `${method} ${path}`);
    assert.notEqual(summary.en, '', path);
    assert.notEqual(summary.es, summary.en, path);
    assert.match(access, /^(?:public|anonymous|user|admin)$/);
  }
  assert.equal(new Set(ALL.map(({ id }) => id)).size, ALL.length);
  assert.deepEqual(
    GROUPS.slice(0, 1).map(({ name }) => name),
    ['OpenAI'],
  );
});

test('members are told apart by their place; a body is prefilled with what is valid', () => {
  const update = operation('PATCH', '/conversations/{conversation}');
  assert.deepEqual(
    update.members.slice(0, 2).map(({ name, place, isRequired }) => [name, place, isRequired]),
    [
      ['conversation', 'path', true],
      ['title', 'body', false],
    ],
  );
  assert.deepEqual(Object.keys(JSON.parse(update.body ?? '') as object), ['title']);
  const list = operation('GET', '/conversations');
  assert.equal(list.body, undefined);
  assert.ok(list.members.every(({ place }) => place === 'query'));
});

test('what is asked about first is what changes others, or cannot be taken back', () => {
  assert.ok(isGrave(operation('DELETE', '/conversations')));
  assert.ok(isGrave(operation('PUT', '/users/{user}/active')));
  assert.ok(!isGrave(operation('POST', '/v1/chat/completions')));
  assert.ok(!isGrave(operation('GET', '/admin/users')));
});

test('a search finds all words, in the language of the reader', () => {
  const paths = search(GROUPS, 'post keys', 'en').flatMap(({ operations }) => operations);
  assert.ok(paths.some(({ method, path }) => method === 'POST' && path === '/keys'));
  assert.ok(paths.every(({ method }) => method === 'POST'));
  assert.ok(search(GROUPS, 'vectores', 'es').length > 0);
  assert.deepEqual(search(GROUPS, 'vectores', 'en'), []);
});
