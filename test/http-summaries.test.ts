/** Summaries over plain HTTP, as clients of such servers ask for them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama' });
});

after(() => bench[Symbol.asyncDispose]());

function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  return bench.http.ask(method, path, {
    ...(body && { body }),
    headers: { authorization: `Bearer ${bench.key}`, ...headers },
  });
}

async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

test('a summary is made with the members of existing clients, and read again', async () => {
  const response = await ask('POST', '/summarize', {
    text: 'Much is said here.',
    length: 'med',
    style: 'dry',
  });
  assert.equal(response.status, 200);
  const made = await json(response);
  const { summary: file } = made['s3'] as { record: string; summary: string };
  assert.match(file, /^requests\/.*\/summary\.txt$/);
  assert.equal(made['length'], 'medium');
  assert.match(String(made['summary']), /Much is said here\./);
  const read = await json(await ask('GET', `/summarize/${String(made['id'])}`));
  assert.deepEqual([read['id'], read['summary']], [made['id'], made['summary']]);
  assert.deepEqual(read['s3'], made['s3']);
  const again = await json(await ask('POST', '/summarize', { s3Key: file, length: 'short' }));
  assert.match(String(again['summary']), /Much is said here\./);
  await ask('DELETE', `/summaries/${String(again['id'])}`);
  const listed = await json(await ask('GET', '/summaries?limit=1'));
  assert.deepEqual(
    (listed['summaries'] as { id: string }[]).map(({ id }) => id),
    [made['id']],
  );
  assert.equal((await ask('DELETE', `/summaries/${String(made['id'])}`)).status, 204);
  assert.equal((await ask('GET', `/summarize/${String(made['id'])}`)).status, 404);
});

test('as events, the bound of the cost comes before the words', async () => {
  const headers = { accept: 'text/event-stream' };
  const response = await ask('POST', '/summarize', { text: 'One two three.' }, headers);
  const names = [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
  assert.equal(names[0], 'started');
  assert.ok(names.includes('delta'));
  assert.equal(names.at(-1), 'done');
});

test('what cannot be summarised says why, and nobody without a key is answered', async () => {
  const refused: readonly (readonly [object, number, string])[] = [
    [{}, 400, 'invalid_params'],
    [{ s3Key: 'users/x' }, 404, 'not_found'],
    [{ s3Key: 'requests/2026/11/30/of-somebody-else/summary.txt' }, 404, 'not_found'],
    [{ text: 'a', length: 'tiny' }, 400, 'member_wrong'],
    [{ url: 'http://169.254.169.254/latest/' }, 400, 'url_refused'],
    [{ document: 'of somebody else' }, 404, 'not_found'],
  ];
  for (const [body, status, code] of refused) {
    const response = await ask('POST', '/summarize', body);
    const { error } = (await json(response)) as { error: { code: string } };
    assert.deepEqual([response.status, error.code], [status, code]);
  }
  const open = await bench.http.ask('POST', '/summarize', { body: { text: 'a' } });
  assert.equal(open.status, 401);
});
