/** The prompt queue over plain HTTP, as existing clients of such queues ask. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama', price: 1 });
});

after(() => bench[Symbol.asyncDispose]());

const PATIENCE_MS = 30_000;

interface Entry {
  readonly prompt: string;
  readonly respuesta: string;
  readonly costo_tokens: number;
  readonly fecha: string;
}

async function submit(body: object, headers: Record<string, string> = {}) {
  const response = await bench.http.ask('POST', '/submit', { body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function history(query: string, headers: Record<string, string> = {}): Promise<readonly Entry[]> {
  const response = await bench.http.ask('GET', `/history${query}`, { headers });
  assert.equal(response.status, 200);
  return ((await response.json()) as { history: readonly Entry[] }).history;
}

async function answered(count: number): Promise<readonly Entry[]> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(50)) {
    const entries = await history(`?api_key=${bench.key}&n=100`);
    if (entries.length >= count) return entries;
    assert.ok(performance.now() < deadline, 'The jobs did not end');
  }
}

test('a job is submitted with the key in the body, and read with the key in the query', async () => {
  const { status, body } = await submit({ api_key: bench.key, prompt: 'the first prompt' });
  assert.equal(status, 201);
  assert.deepEqual(Object.keys(body), ['message', 'job_id', 'tokens_estimados']);
  assert.equal(body['message'], 'The job is in the queue');
  assert.ok(Number(body['tokens_estimados']) > 3);
  await answered(1);
  const authorization = `Bearer ${bench.key}`;
  const second = { prompt: 'the second prompt' };
  const inSpanish = { authorization, 'accept-language': 'es', 'idempotency-key': 'once' };
  const made = await submit(second, inSpanish);
  assert.deepEqual([made.status, made.body['message']], [201, 'El trabajo está en la cola']);
  assert.equal((await submit(second, inSpanish)).body['job_id'], made.body['job_id']);
  const other = await submit({ prompt: 'another prompt' }, inSpanish);
  assert.deepEqual([other.status, (other.body['error'] as { code: string }).code], [409, 'conflict']);
  const entries = await answered(2);
  assert.deepEqual(
    entries.map(({ prompt }) => prompt),
    ['the second prompt', 'the first prompt'],
  );
  const [entry = assert.fail()] = entries;
  assert.deepEqual(Object.keys(entry), ['prompt', 'respuesta', 'costo_tokens', 'fecha']);
  assert.ok(entry.respuesta !== '' && entry.costo_tokens > 0 && Date.parse(entry.fecha) > 0);
  assert.deepEqual(await history('?n=1', { authorization }), [entry]);
  const job = await bench.http.ask('GET', `/jobs/${String(body['job_id'])}`, { headers: { authorization } });
  assert.equal(job.status, 200);
});

test('nobody without a good key is answered, and what is wrong is said', async () => {
  const refused: readonly (readonly [object, number, string])[] = [
    [{ prompt: 'a' }, 401, 'auth_required'],
    [{ api_key: 'two words', prompt: 'a' }, 401, 'auth_required'],
    [{ api_key: 'unknown', prompt: 'a' }, 401, 'auth_failed'],
    [{ api_key: bench.key }, 400, 'member_missing'],
    [{ api_key: bench.key, prompt: 'a', route: 'nothing' }, 404, 'not_found'],
  ];
  for (const [asked, status, code] of refused) {
    const { status: told, body } = await submit(asked);
    assert.deepEqual([told, (body['error'] as { code: string }).code], [status, code], JSON.stringify(asked));
  }
  for (const [query, status] of [
    ['', 401],
    ['?api_key=unknown', 401],
    [`?api_key=${bench.key}&n=none`, 400],
  ] as const) {
    assert.equal((await bench.http.ask('GET', `/history${query}`)).status, status, query);
  }
});
