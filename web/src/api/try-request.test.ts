import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { isKey, PROGRAMS, snippetsFor } from './examples.ts';
import type { ApiOperation } from './reference.ts';
import { readable, sendRequest, SHOWN_CHARACTERS_MAX, type TriedAnswer } from './send-request.ts';
import { faultOfJson, missingIn, urlFor, withModel } from './try-request.ts';

const ROOT = new URL('https://hilo.test/below/');
const OPERATION: ApiOperation = {
  id: 'messages',
  method: 'GET',
  path: '/conversations/{conversation}/messages',
  group: 'conversations',
  summary: { en: '', es: '' },
  access: 'anonymous',
  members: [
    { name: 'conversation', place: 'path', type: 'string', isRequired: true, text: '' },
    { name: 'limit', place: 'query', type: 'integer', isRequired: false, text: '' },
  ],
  body: undefined,
  successStatus: '200',
  outputs: [],
  failures: [],
};

test('an address is made of what was filled in, and stays below the root', () => {
  const url = urlFor(OPERATION, { conversation: '../a b', limit: ' 5 ' }, ROOT);
  assert.equal(url.href, 'https://hilo.test/below/conversations/..%2Fa%20b/messages?limit=5');
  assert.equal(urlFor(OPERATION, { conversation: 'x', limit: '' }, ROOT).search, '');
  assert.equal(missingIn(OPERATION, { conversation: ' ' }), 'conversation');
  assert.equal(missingIn(OPERATION, { conversation: 'x' }), undefined);
});

test('a body has to be JSON or nothing, and names a model that there is', () => {
  assert.equal(faultOfJson(' '), undefined);
  assert.equal(faultOfJson('{"a": 1}'), undefined);
  assert.deepEqual(faultOfJson('{\n  a}'), { line: 2, column: 3 });
  assert.equal(faultOfJson('{"a":'), 'somewhere');
  assert.equal(withModel('{"model": "small", "input": "small"}', 'x'), '{"model": "x", "input": "small"}');
});

test('every example has the address, and the key where there is one; nothing else is a key', () => {
  const input = { base: 'https://hilo.test', key: 'hilo_abc', model: 'large' };
  for (const program of PROGRAMS) {
    const texts = snippetsFor(program, input).map(({ text }) => text);
    assert.ok(texts.join('\n').includes('https://hilo.test'), program);
    assert.ok(texts.join('\n').includes('hilo_abc'), program);
  }
  assert.ok(isKey('hilo_a-b') && isKey('eyJ.a.b'));
  for (const wrong of ['', "a'b", 'a b', '$(x)', 'a"b', 'a/b']) assert.ok(!isKey(wrong), wrong);
});

async function sent(response: Response | Error, signal = new AbortController().signal) {
  const answers: TriedAnswer[] = [];
  const requests: RequestInit[] = [];
  const options = {
    clock: new ManualClock(),
    signal,
    changed: (answer: TriedAnswer) => void answers.push(answer),
    fetch: async (_: unknown, init: RequestInit = {}) => {
      requests.push(init);
      if (response instanceof Error) throw response;
      return response;
    },
  };
  await sendRequest({ url: ROOT, method: 'POST', key: 'k', body: '{}' }, options);
  return { answers, request: requests[0] ?? assert.fail(), last: answers.at(-1) ?? assert.fail() };
}

test('a request takes the key and no cookie; only headers that help are shown', async () => {
  const headers = { 'content-type': 'application/json', 'x-request-id': 'r', 'x-frame-options': 'DENY' };
  const { request, last } = await sent(new Response('{"a":[1]}', { status: 402, headers }));
  assert.equal(request.credentials, 'omit');
  assert.equal(new Headers(request.headers).get('authorization'), 'Bearer k');
  assert.equal(last.state, 'done');
  assert.equal(last.status, 402);
  assert.deepEqual(
    last.headers.map(([name]) => name),
    ['content-type', 'x-request-id'],
  );
  assert.equal(readable(last), '{\n  "a": [\n    1\n  ]\n}');
});

test('pieces are shown as they come, with letters that are cut in the middle', async () => {
  const bytes = Buffer.from('añb');
  const body = new ReadableStream({
    start(controller) {
      for (const at of bytes.keys()) controller.enqueue(bytes.subarray(at, at + 1));
      controller.close();
    },
  });
  const { answers, last } = await sent(new Response(body));
  assert.deepEqual([...new Set(answers.map(({ text }) => text))], ['', 'a', 'añ', 'añb']);
  assert.equal(last.text, 'añb');
});

test('a body without an end is cut, a broken one is told, a stopped one too', async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.alloc(50_000, 'x')),
  });
  const { last } = await sent(new Response(body));
  assert.ok(last.isCut);
  assert.equal(last.text.length, SHOWN_CHARACTERS_MAX);
  assert.equal((await sent(new Error('away'))).last.state, 'failed');
  assert.equal((await sent(new Error('away'), AbortSignal.abort())).last.state, 'stopped');
});
