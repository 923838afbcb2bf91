/** OpenAI's files and batches, with the package `openai` as it is, against gateway, server and stub. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI, { APIError, toFile } from 'openai';
import { startApiBench, type ApiBench } from './support/api-bench.ts';
import { until } from './support/until.ts';

let bench: ApiBench;
let client: OpenAI;

before(async () => {
  bench = await startApiBench({ price: 1 });
  client = new OpenAI({ apiKey: bench.key, baseURL: `${bench.origin}/v1`, timeout: 30_000, maxRetries: 0 });
});

after(() => bench[Symbol.asyncDispose]());

interface OutcomeLine {
  readonly custom_id: string;
  readonly response: {
    readonly status_code: number;
    readonly body: OpenAI.ChatCompletion & { readonly error?: { readonly code: string } };
  } | null;
  readonly error: { readonly code: string } | null;
}

function requestLine(id: string, content: string, more: object = {}, url = '/v1/chat/completions'): string {
  const body = { model: 'small', max_tokens: 32, messages: [{ role: 'user', content }], ...more };
  return JSON.stringify({ custom_id: id, method: 'POST', url, body });
}

type Endpoint = OpenAI.BatchCreateParams['endpoint'];

async function keep(text: string): Promise<OpenAI.FileObject> {
  return client.files.create({ file: await toFile(Buffer.from(text), 'requests.jsonl'), purpose: 'batch' });
}

async function run(file: string, more: object = {}): Promise<OpenAI.Batch> {
  const { id } = await client.batches.create({
    input_file_id: file,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    ...more,
  });
  const isOver = ({ status }: OpenAI.Batch) =>
    ['cancelled', 'completed', 'failed', 'expired'].includes(status);
  return until(() => client.batches.retrieve(id), isOver, 60_000);
}

async function linesOf(file: string | null | undefined): Promise<OutcomeLine[]> {
  const text = await (await client.files.content(file ?? '')).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutcomeLine);
}

test('a file is kept, read, listed and deleted', async () => {
  const text = `${requestLine('a', 'hello')}\n${requestLine('b', '¿qué tal?')}\n`;
  const file = await keep(text);
  assert.equal(file.object, 'file');
  assert.equal(file.purpose, 'batch');
  assert.equal(file.filename, 'requests.jsonl');
  assert.equal(file.bytes, Buffer.byteLength(text));
  assert.equal(await (await client.files.content(file.id)).text(), text);
  assert.equal((await client.files.retrieve(file.id)).id, file.id);
  const second = await keep(text);
  const listed: string[] = [];
  for await (const one of client.files.list({ limit: 1 })) listed.push(one.id);
  assert.deepEqual(listed, [second.id, file.id]);
  for (const { id } of [file, second]) assert.equal((await client.files.delete(id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), (error) => {
    return error instanceof APIError && error.status === 404 && error.code === 'resource_not_found';
  });
});

test('a batch: every line is answered, in the form of a chat completion, with its own id', async () => {
  const spent = await bench.spent();
  const ids = Array.from({ length: 100 }, (_, at) => `request-${at}`);
  const file = await keep(ids.map((id) => `${requestLine(id, `say ${id}`)}\r\n`).join(''));
  const batch = await run(file.id, { metadata: { purpose: 'test' } });
  assert.equal(batch.status, 'completed');
  assert.deepEqual(batch.request_counts, { total: 100, completed: 100, failed: 0 });
  assert.deepEqual(batch.metadata, { purpose: 'test' });
  assert.equal(batch.input_file_id, file.id);
  assert.equal(batch.endpoint, '/v1/chat/completions');
  assert.ok((batch.in_progress_at ?? 0) >= batch.created_at);
  assert.equal(batch.expires_at, batch.created_at + 24 * 60 * 60);
  assert.equal(batch.error_file_id, null);
  const lines = await linesOf(batch.output_file_id);
  assert.deepEqual(
    lines.map((line) => line.custom_id),
    ids,
  );
  const [first] = lines;
  assert.equal(first?.error, null);
  assert.equal(first.response?.status_code, 200);
  const { body } = first.response;
  assert.equal(body.object, 'chat.completion');
  assert.equal(body.choices[0]?.message.content, 'echo: say request-0');
  assert.ok((body.usage?.total_tokens ?? 0) > 0);
  const output = await client.files.retrieve(batch.output_file_id ?? '');
  const content = await (await client.files.content(batch.output_file_id ?? '')).text();
  assert.equal(output.bytes, Buffer.byteLength(content));
  assert.ok((await bench.settled(spent)).spent > spent);
  const listed = await client.batches.list({ limit: 1 });
  assert.equal(listed.data[0]?.id, batch.id);
});

/** One line for each body, and what came of each. */
async function batchOf<Body>(endpoint: Endpoint, bodies: readonly object[]) {
  const lines = bodies.map((body, at) =>
    JSON.stringify({ custom_id: `${at}`, method: 'POST', url: endpoint, body }),
  );
  const file = await keep(`${lines.join('\n')}\n`);
  const batch = await run(file.id, { endpoint });
  assert.equal(batch.status, 'completed', JSON.stringify(batch.errors));
  assert.equal(batch.endpoint, endpoint);
  const read = async () => {
    const outcomes = await linesOf(batch.output_file_id);
    return outcomes.map(({ response }) => response?.body as unknown as Body);
  };
  return { file, read };
}

test('lines for /v1/responses are answered in the form of a response, with their settings', async () => {
  const tool = { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false } as const;
  const asked = { model: 'small', instructions: 'Be brief', metadata: { mine: 'yes' }, tools: [tool] };
  const { file, read } = await batchOf<OpenAI.Responses.Response>('/v1/responses', [
    { ...asked, input: 'first' },
    { model: 'small', input: [{ role: 'user', content: 'second' }] },
  ]);
  const [first, second] = await read();
  assert.equal(first?.object, 'response');
  assert.equal(first.status, 'completed');
  assert.equal(first.instructions, 'Be brief');
  assert.deepEqual([first.metadata, first.tools], [asked.metadata, [tool]]);
  const textOf = (response: OpenAI.Responses.Response | undefined) =>
    response?.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  assert.match(JSON.stringify(textOf(first)), /echo: first/);
  assert.match(JSON.stringify(textOf(second)), /echo: second/);
  assert.deepEqual(await read(), [first, second], 'the ids are the same at every read');
  // The settings are in the file alone.
  await client.files.delete(file.id);
  const [forgotten] = await read();
  assert.deepEqual([forgotten?.object, forgotten?.instructions], ['response', null]);
  assert.match(JSON.stringify(textOf(forgotten)), /echo: first/);
});

test('lines for /v1/embeddings become vectors, as the address itself would give them', async () => {
  const spent = await bench.spent();
  const input = ['one', 'two', 'three'];
  const { read } = await batchOf<OpenAI.CreateEmbeddingResponse>('/v1/embeddings', [
    { model: 'vectors', input },
    { model: 'vectors', input: 'one', encoding_format: 'base64' },
  ]);
  const [floats, base64] = await read();
  const direct = await client.embeddings.create({ model: 'vectors', input, encoding_format: 'float' });
  assert.deepEqual(floats?.data, direct.data);
  assert.deepEqual(floats?.usage, direct.usage);
  assert.equal(floats.model, 'vectors');
  assert.equal(typeof base64?.data[0]?.embedding, 'string');
  assert.ok((await bench.settled(spent)).spent > spent);
  const many = { model: 'vectors', input: Array.from({ length: 129 }, () => 'x') };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/embeddings', body: many };
  const refused = await run((await keep(JSON.stringify(line))).id, { endpoint: '/v1/embeddings' });
  assert.deepEqual(
    refused.errors?.data?.map(({ code, message = '' }) => [code, message.includes('embed.input')]),
    [['invalid_value', true]],
  );
});

test('a file with faults: nothing is run, and the faults have their lines', async () => {
  const text = [
    requestLine('a', 'hello'),
    'nonsense',
    requestLine('a', 'again'),
    requestLine('b', 'hello', { input: 'hello' }, '/v1/embeddings'),
    requestLine('c', 'hello', { stream: true }),
    requestLine('d', 'hello', { model: 'nowhere' }),
    JSON.stringify({ custom_id: 'e', method: 'POST', url: '/v1/chat/completions', body: {} }),
    JSON.stringify({ method: 'POST', url: '/v1/chat/completions', body: {} }),
  ].join('\n');
  const batch = await run((await keep(text)).id);
  assert.equal(batch.status, 'failed');
  assert.deepEqual(
    (batch.errors?.data ?? []).map(({ code, line }) => [line, code]),
    [
      [2, 'invalid_json_line'],
      [3, 'duplicate_custom_id'],
      [4, 'mismatched_endpoint'],
      [5, 'unsupported_parameter'],
      [6, 'not_found'],
      [7, 'missing_required_parameter'],
      [8, 'missing_required_parameter'],
    ],
  );
  assert.equal(batch.output_file_id, null);
});

test('cancelled: it ends, and what was not done is in the file of errors', async () => {
  const file = await keep(
    Array.from({ length: 2_000 }, (_, at) => `${requestLine(`c${at}`, 'x'.repeat(50))}\n`).join(''),
  );
  const { id } = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  await until(
    () => client.batches.retrieve(id),
    ({ status }) => status === 'in_progress',
    30_000,
  );
  const cancelling = await client.batches.cancel(id);
  assert.ok(['cancelling', 'cancelled'].includes(cancelling.status), cancelling.status);
  const over = await until(
    () => client.batches.retrieve(id),
    ({ status }) => status === 'cancelled',
    30_000,
  );
  assert.ok((over.cancelling_at ?? 0) > 0 && (over.cancelled_at ?? 0) > 0);
  const { completed = 0, failed = 0 } = over.request_counts ?? {};
  assert.ok(completed + failed < 2_000);
  if (failed > 0) {
    const [first] = await linesOf(over.error_file_id);
    assert.deepEqual([first?.response, first?.error?.code], [null, 'batch_cancelled']);
  }
  await assert.rejects(
    client.batches.cancel(id),
    (error) => error instanceof APIError && error.status === 409,
  );
});

test('what is not a file of a batch is refused, and so is a stranger', async () => {
  const refusedAs = (status: number) => (error: unknown) =>
    error instanceof APIError && error.status === status;
  const file = await toFile(Buffer.from('{}'), 'a.jsonl');
  await assert.rejects(client.files.create({ file, purpose: 'fine-tune' }), refusedAs(400));
  await assert.rejects(client.batches.retrieve('batch_nowhere'), refusedAs(404));
  const create = { completion_window: '24h', input_file_id: 'file-nowhere' } as const;
  await assert.rejects(
    client.batches.create({ ...create, endpoint: '/v1/chat/completions' }),
    refusedAs(404),
  );
  await assert.rejects(client.batches.create({ ...create, endpoint: '/v1/completions' }), refusedAs(400));
  const kept = await keep(requestLine('a', 'hello'));
  const { accessToken } = await bench.http.register({
    email: 'other@hilo.test',
    password: 'a long sentence',
  });
  const stranger = new OpenAI({ apiKey: accessToken, baseURL: `${bench.origin}/v1`, maxRetries: 0 });
  await assert.rejects(stranger.files.retrieve(kept.id), refusedAs(404));
  await assert.rejects(stranger.files.content(kept.id), refusedAs(404));
  const answer = await fetch(`${bench.origin}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nno end',
  });
  assert.equal(answer.status, 400);
});

test('a long file is sent on as it comes', async () => {
  const line = `${requestLine('LINE', 'x'.repeat(900))}\n`;
  let at = 0;
  const text = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at === 12_000) return controller.close();
      const lines = Array.from({ length: 100 }, (_, add) => line.replace('LINE', `line-${at + add}`));
      at += 100;
      return controller.enqueue(Buffer.from(lines.join('')));
    },
  });
  const file = await client.files.create({
    file: await toFile(new Response(text), 'long.jsonl'),
    purpose: 'batch',
  });
  assert.ok(file.bytes > 12_000 * 1_000);
  await client.files.delete(file.id);
});
