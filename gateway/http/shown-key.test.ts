/** [H-4] A key that is not shown as a bearer token. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerConnection } from '../gateway.fixture.ts';
import { answer, createApiStage, raw, seen, seenOn, type SeenRequest } from './api.fixture.ts';

const MINE = 'hilo_Mine-._~1';

test('a key is read from where a client can put it; the path counts first', async () => {
  await using stage = await createApiStage();
  const cases: readonly [string, Record<string, string>, string | undefined][] = [
    ['/notes', { 'x-api-key': MINE }, MINE],
    ['/notes', { 'x-api-key': ` ${MINE} `, authorization: 'Basic eA==' }, MINE],
    ['/notes', { 'x-api-key': 'another', authorization: `Bearer ${MINE}` }, MINE],
    ['/notes', { 'x-api-key': 'two words' }, undefined],
    [`/k/${MINE}/notes`, {}, MINE],
    [`/notes?api_key=${MINE}&`, {}, MINE],
    [`/notes?api_key=${MINE.replace('~', '%7E')}&api_key=another&`, { authorization: 'Basic eA==' }, MINE],
    ['/notes?api%5Fkey=another&', { 'x-api-key': MINE }, MINE],
    ['/notes?api_key=another&', { authorization: `Bearer ${MINE}` }, MINE],
    ['/notes?api_key=two+words&', {}, undefined],
    [`/k/${MINE}/notes?api_key=another&`, {}, MINE],
    [`/k/${MINE}/notes`, { 'x-api-key': 'another', authorization: 'Bearer ollama' }, MINE],
  ];
  let connection: ServerConnection | undefined;
  for (const [path, headers, key] of cases) {
    const asked = fetch(`http://${stage.authority}${path}${path.includes('?') ? '' : '?'}limit=1`, {
      headers,
    });
    const request: SeenRequest = connection ? await seenOn(connection) : await seen(stage);
    ({ connection } = request);
    assert.equal(request.method, 'notes.list', path);
    assert.deepEqual(request.params, { limit: 1 });
    assert.equal(request.meta.authorization, key && `Bearer ${key}`);
    answer(request, {});
    assert.equal((await asked).status, 200);
  }
});

test('a key in an address is said back to nobody', async () => {
  await using stage = await createApiStage();
  const long = `k${'x'.repeat(5_000)}`;
  const paths = [
    [`/k/${MINE}`, 503],
    [`/k/${MINE}/nothing`, 404],
    [`/k/${MINE}/notes/1/2`, 404],
    [`/k/${MINE}/auth/nothing`, 404],
    [`/k/${MINE}/%zz`, 400],
    [`/k/${MINE}?x=1`, 404],
    [`/k/${MINE}%20/notes`, 404],
    [`/k/${long}/notes`, 401],
    [`/k//notes`, 404],
    [`/nothing?api_key=${MINE}`, 404],
    [`/nothing?x=1&api_key=${MINE}&api_key=${MINE}`, 404],
    [`/%zz?api_key=${MINE}`, 400],
    [`/notes?api_key=${long}`, 401],
  ] as const;
  for (const [path, status] of paths) {
    const said = await raw(stage, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.ok(said.startsWith(`HTTP/1.1 ${status} `), `${path}: ${said}`);
    assert.ok(!said.includes('hilo_') && !said.includes('xxxx'), path);
  }
  assert.deepEqual(stage.logged, []);
});
