/** [H-12] Conversations over plain HTTP, as clients of such servers ask for them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StubSettings } from '../loadtest/stub-llm.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama' });
});

after(() => bench[Symbol.asyncDispose]());

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return bench.http.ask('POST', path, {
    body,
    headers: { authorization: `Bearer ${bench.key}`, ...headers },
  });
}

async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

test('an answer as text, and the next one in the same conversation', async () => {
  const first = await post('/chat', { message: 'hello' });
  assert.equal(first.status, 200);
  assert.match(first.headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(await first.text(), 'echo: hello');
  const conversationId = first.headers.get('x-conversation-id') ?? '';
  const second = await post('/chat', { message: 'again', conversationId, model: 'plain' });
  assert.equal(await second.text(), 'echo: again');
  assert.equal(second.headers.get('x-conversation-id'), conversationId);
  const third = await post(`/conversations/${conversationId}/messages`, { message: 'more' });
  assert.equal(await third.text(), 'echo: more');
  const read = await bench.http.ask('GET', `/conversations/${conversationId}/messages`, {
    headers: { authorization: `Bearer ${bench.key}` },
  });
  assert.equal(((await json(read))['messages'] as unknown[]).length, 6);
});

test('an answer as events', async () => {
  const response = await post('/chat', { message: 'one two' }, { accept: 'text/event-stream' });
  const text = await response.text();
  const events = text
    .trim()
    .split('\n\n')
    .map((event) => /^event: (?<name>\w+)\ndata: (?<data>.*)$/.exec(event)?.groups ?? {});
  assert.equal(events[0]?.['name'], 'started');
  assert.equal(events.at(-1)?.['name'], 'done');
  const deltas = events.filter(({ name }) => name === 'delta');
  const said = deltas.map(({ data = '' }) => (JSON.parse(data) as { text: string }).text).join('');
  assert.equal(said, 'echo: one two');
});

test('an error before the answer has its status; one in it is the last line, and an event', async () => {
  const refused = await post('/chat', { message: 'hi', model: 'nobody' });
  assert.equal(refused.status, 404);
  assert.equal(((await json(refused))['error'] as { code: string }).code, 'not_found');
  const empty = await post('/chat', {});
  assert.equal(empty.status, 400);
  const late: StubSettings = { tokens: 8, next: [{ kind: 'error_mid', count: 1 }] };
  bench.stub.configure(late);
  const broken = await post('/chat', { message: 'one' });
  assert.equal(broken.status, 200);
  assert.match(await broken.text(), /^echo: one.*\n\[error\] upstream_failed: .+\n$/s);
  bench.stub.configure(late);
  const events = await (await post('/chat', { message: 'one' }, { accept: 'text/event-stream' })).text();
  assert.match(events, /\n\nevent: error\ndata: \{"error":\{.*"code":"upstream_failed"\}\}\n\n$/);
  bench.stub.configure({ tokens: 0, next: [] });
});

test('a session: begun, spoken in, read', async () => {
  const { sessionId } = await json(await post('/chat/session', {}));
  const messages = [
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'hi' },
  ];
  const answer = await json(await post('/chat/message', { sessionId, messages }));
  assert.equal(answer['sessionId'], sessionId);
  assert.deepEqual(answer['assistantMessage'], { role: 'assistant', content: 'echo: hi' });
  assert.equal(typeof answer['id'], 'string');
  const read = await bench.http.ask('GET', `/chat/session/${String(sessionId)}`, {
    headers: { authorization: `Bearer ${bench.key}` },
  });
  const { messages: kept } = (await json(read)) as { messages: { role: string; content: string }[] };
  assert.deepEqual(
    kept.map(({ role, content }) => [role, content]),
    [
      ['user', 'hi'],
      ['assistant', 'echo: hi'],
    ],
  );
  const wrong = await post('/chat/message', { sessionId, messages: messages.slice(0, 1) });
  assert.equal(wrong.status, 400);
});

test('without a key nothing is said', async () => {
  const response = await bench.http.ask('POST', '/chat', { body: { message: 'hi' } });
  assert.equal(response.status, 401);
});
