/** [H-2] What is left to a client, in headers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, createApiStage, fail, seen, seenOn, type SeenRequest } from './api.fixture.ts';
import { durationText } from './rate-headers.ts';

function tell({ connection, id }: SeenRequest, rations: object): void {
  const params = { requestId: id, ...rations };
  connection.socket.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'request.rations', params })}\n`);
}

function rateHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit-')));
}

test('what the server tells of a request becomes headers of its answer, and of its failure', async () => {
  await using stage = await createApiStage();
  const asked = fetch(`http://${stage.authority}/notes`);
  const request = await seen(stage);
  tell(request, {
    requests: { limit: 60, remaining: 59, resetMs: 359_001 },
    tokens: { limit: 20_000, remaining: 19_000 },
  });
  answer(request, {});
  assert.deepEqual(rateHeaders(await asked), {
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '6m0s',
    'x-ratelimit-limit-tokens': '20000',
    'x-ratelimit-remaining-tokens': '19000',
  });
  const refused = fetch(`http://${stage.authority}/notes`);
  const second = await seenOn(request.connection);
  tell(second, { requests: { limit: 10, remaining: 0, resetMs: 0 } });
  fail(second, 'rate_limited', { retryAfterMs: 1_500 });
  assert.equal((await refused).headers.get('retry-after'), '2');
  assert.deepEqual(rateHeaders(await refused), {
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '0s',
  });
  const odd = fetch(`http://${stage.authority}/notes`);
  const third = await seenOn(request.connection);
  tell(third, { requests: { limit: 'a\r\nb' } });
  answer(third, {});
  assert.deepEqual(rateHeaders(await odd), {});
});

test('a duration is written as clients read it', () => {
  const texts = [0, 1, 7_000, 59_001, 359_900, 3_605_000].map(durationText);
  assert.deepEqual(texts, ['0s', '1s', '7s', '1m0s', '6m0s', '1h0m5s']);
});
