/**
 * What editors, pages and libraries that were made for Ollama send, with the odd members that they send,
 * written by hand from their documentation; and what anybody else may send.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

type Json = Record<string, unknown>;

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama' });
});

after(() => bench[Symbol.asyncDispose]());

interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** With the key in the path, as clients need it that can send no header. */
async function ask(method: string, path: string, { body, headers }: Asked = {}) {
  const response = await fetch(`${bench.origin}/k/${bench.key}${path}`, {
    method,
    ...(headers && { headers }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', text };
}

function lines(text: string): Json[] {
  assert.ok(text.endsWith('\n'), 'the last line is whole');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

function said(parts: readonly Json[]): string {
  return parts.map(({ message }) => (message as Json)['content']).join('');
}

function lastBody(): Json {
  return bench.stub.requests.at(-1)?.body as Json;
}

test('VS Code asks for the version, the models, each model, and then for a chat in another API', async () => {
  // It has no key of its own, and sends the header without one.
  const headers = {
    'user-agent': 'GitHubCopilotChat/0.32.0',
    'x-vscode-user-agent-library-version': 'electron-fetch',
    authorization: 'Bearer ',
  };
  const { version } = JSON.parse((await ask('GET', '/api/version', { headers })).text) as Json;
  const minor = Number(String(version).split('.')[1]);
  assert.ok(minor >= 7, String(version));
  const { models } = JSON.parse((await ask('GET', '/api/tags', { headers })).text) as { models: Json[] };
  const model = models[0]?.['model'];
  assert.equal(model, 'small:latest');
  const json = { ...headers, 'content-type': 'application/json' };
  const shown = JSON.parse((await ask('POST', '/api/show', { headers: json, body: { model } })).text) as {
    model_info: Json;
    capabilities: string[];
    details: Json;
  };
  const info = shown.model_info;
  assert.equal(info['general.basename'], 'small');
  assert.ok(Number(info[`${String(info['general.architecture'])}.context_length`]) > 0);
  assert.ok(shown.capabilities.includes('tools') && shown.capabilities.includes('vision'));
  const chat = await ask('POST', '/v1/chat/completions', {
    headers: { ...json, 'x-interaction-type': 'conversation-panel', 'openai-intent': 'conversation-panel' },
    body: {
      model,
      messages: [
        { role: 'system', content: 'You are a programming assistant' },
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
      ],
      temperature: 0.1,
      top_p: 1,
      n: 1,
      stream: true,
      stream_options: { include_usage: true },
    },
  });
  assert.equal(chat.status, 200, chat.text);
  assert.match(chat.type, /^text\/event-stream/);
  assert.match(chat.text, /data: \[DONE\]\n\n$/);
});

test('Continue shows the model under its old name, and chats', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer whatever' };
  const { parameters } = JSON.parse(
    (await ask('POST', '/api/show', { headers, body: { name: 'small' } })).text,
  ) as Json;
  for (const line of String(parameters).split('\n')) assert.match(line, /^(\S+)\s+((?:".*")|\S+)$/);
  const options = {
    temperature: 0.5,
    num_predict: 512,
    num_ctx: 32_768,
    mirostat: 0,
    num_thread: 8,
    use_mmap: true,
  };
  const messages = [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'first', images: null },
    { role: 'thinking', content: 'Hm' },
    { role: 'assistant', content: 'ok' },
    { role: 'user', content: 'second' },
  ];
  const chat = await ask('POST', '/api/chat', {
    headers,
    body: { model: 'small', messages, options, keep_alive: 1_800, stream: true },
  });
  assert.match(chat.type, /^application\/x-ndjson/);
  assert.equal(said(lines(chat.text)), 'echo: second');
  const tools = [
    {
      type: 'function',
      function: { name: 'read_file', description: 'Read', parameters: { type: 'object' } },
    },
  ];
  bench.stub.configure({ next: [{ kind: 'tool_calls' }] });
  const called = await ask('POST', '/api/chat', {
    headers,
    body: {
      model: 'small',
      messages: messages.slice(0, 2),
      options,
      keep_alive: 1_800,
      stream: false,
      tools,
    },
  });
  const { message } = JSON.parse(called.text) as { message: { tool_calls: { function: Json }[] } };
  assert.deepEqual(message.tool_calls[0]?.function['arguments'], { city: 'Lima' });
});

test('Open WebUI looks for models and what is loaded, and chats with its own extra members', async () => {
  const headers = { 'content-type': 'application/json', accept: '*/*', 'x-openwebui-user-name': 'Ana' };
  assert.equal((await ask('GET', '/api/tags', { headers })).status, 200);
  assert.equal((await ask('GET', '/api/ps', { headers })).status, 200);
  const chat = await ask('POST', '/api/chat', {
    headers,
    body: {
      model: 'small:latest',
      messages: [{ role: 'user', content: 'hello' }],
      stream: true,
      options: { temperature: 0.8, num_ctx: 8_192, repeat_penalty: 1.1, tfs_z: 1, use_mlock: true },
      keep_alive: '10m',
      format: null,
      metadata: { user_id: 'x', chat_id: 'y' },
    },
  });
  assert.equal(said(lines(chat.text)), 'echo: hello');
  const unload = { model: 'small:latest', keep_alive: 0, prompt: '' };
  const { done_reason: reason } = JSON.parse(
    (await ask('POST', '/api/generate', { headers, body: unload })).text,
  ) as Json;
  assert.equal(reason, 'unload');
  assert.equal((await ask('DELETE', '/api/delete', { headers, body: { name: 'small' } })).status, 501);
});

test('ChatOllama of LangChain sends ids of calls, and nothing for what is not set', async () => {
  const call = { type: 'function', id: 'a1', function: { name: 'weather', arguments: { city: 'Lima' } } };
  const chat = await ask('POST', '/api/chat', {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'ollama-python/0.5.1',
    },
    body: {
      model: 'small',
      stream: true,
      options: { temperature: 0, stop: ['\nObservation'] },
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: '', tool_calls: [call] },
        { role: 'tool', content: '19 °C', tool_call_id: 'a1' },
      ],
      tools: [],
      think: false,
    },
  });
  assert.equal(said(lines(chat.text)), 'echo: 19 °C');
  const [, called, result] = lastBody()['messages'] as Json[];
  const [sent] = (called?.['tool_calls'] ?? []) as { function: Json }[];
  assert.deepEqual(sent?.function, call.function);
  assert.deepEqual(
    [result?.['role'], result?.['content'], result?.['tool_name']],
    ['tool', '19 °C', 'weather'],
  );
});

test('LiteLLM leaves out whose result it is, and gives every option', async () => {
  const { template, model_info: info } = JSON.parse(
    (await ask('POST', '/api/show', { body: { name: 'small' } })).text,
  ) as Json;
  assert.match(String(template).toLowerCase(), /tools/);
  assert.ok(Object.keys(info as Json).some((name) => name.includes('context_length')));
  const chat = await ask('POST', '/api/chat', {
    headers: { authorization: 'Bearer sk-litellm' },
    body: {
      model: 'small',
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ function: { name: 'weather', arguments: { city: 'Lima' } } }],
        },
        { role: 'tool', content: '19 °C' },
      ],
      options: { num_predict: 64, temperature: 0.2, repeat_penalty: 1, num_ctx: 4_096, stop: ['END'] },
      stream: false,
      format: 'json',
      think: true,
    },
  });
  const { message, eval_count: count } = JSON.parse(chat.text) as Json;
  assert.deepEqual(JSON.parse(String((message as Json)['content'])), { text: '19 °C' });
  assert.ok(Number(count) > 0);
  assert.equal(lastBody()['format'], 'json');
});

test("Ollama's own client sends empty members, and looks with HEAD", async () => {
  const headers = {
    accept: 'application/json, application/x-ndjson',
    'user-agent': 'ollama/0.14.0 (amd64 linux)',
  };
  for (const path of ['/', '/api/version', '/api/tags']) {
    assert.deepEqual(await ask('HEAD', path, { headers }).then(({ status, text }) => [status, text]), [
      200,
      '',
    ]);
  }
  assert.equal((await ask('GET', '/', { headers })).text, 'Ollama is running');
  const show = { model: 'small', system: '', template: '', options: null, name: '' };
  assert.equal((await ask('POST', '/api/show', { headers, body: show })).status, 200);
  const generate = {
    model: 'small',
    prompt: 'hello',
    suffix: '',
    system: '',
    template: '',
    context: [1, 2],
    options: {},
    format: '',
    images: null,
  };
  const parts = lines((await ask('POST', '/api/generate', { headers, body: generate })).text);
  assert.equal(parts.map(({ response }) => response).join(''), 'echo: hello');
  assert.equal((await ask('HEAD', '/api/blobs/sha256:00', { headers })).status, 501);
  assert.equal((await ask('POST', '/api/pull', { headers, body: { model: 'x' } })).status, 501);
});

test('a body is read whatever its type says, as curl sends it', async () => {
  const body = JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'hello' }] });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal(said(lines((await ask('POST', '/api/chat', { headers, body })).text)), 'echo: hello');
});

test('without a key nothing is told but the version', async () => {
  assert.equal((await fetch(`${bench.origin}/api/version`)).status, 200);
  for (const path of ['/api/tags', '/api/ps']) {
    const response = await fetch(`${bench.origin}${path}`);
    assert.equal(response.status, 401);
    assert.equal(typeof ((await response.json()) as Json)['error'], 'string');
  }
  const unknown = await ask('GET', '/api/nothing');
  assert.deepEqual([unknown.status, typeof (JSON.parse(unknown.text) as Json)['error']], [404, 'string']);
});

const PATHS = ['/api/chat', '/api/generate', '/api/embed', '/api/embeddings', '/api/show'];
const MEMBERS =
  'model messages prompt stream options format tools think images input role content tool_calls ' +
  'function name arguments temperature stop seed suffix';

/** Bodies that look a little like what is expected, so that they come far. */
const anyBody = fc.letrec<{ value: unknown; body: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('small', 'vectors', 'user', 'tool', 'json', '', null, true, -1, 1e308),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body'),
  ),
  body: fc.dictionary(fc.constantFrom(...MEMBERS.split(' ')), tie('value'), { maxKeys: 6 }),
})).body;

test('any body has an answer, and a wrong one is never our fault', async () => {
  const property = fc.asyncProperty(fc.constantFrom(...PATHS), anyBody, async (path, body) => {
    const { status, text } = await ask('POST', path, { body: { model: 'small', ...body } });
    assert.ok(status < 500, `${status} ${text}`);
    if (status >= 400) assert.equal(typeof (JSON.parse(text) as Json)['error'], 'string');
  });
  await fc.assert(property, { numRuns: 150, seed: 7, verbose: 1 });
  for (const body of ['', '[]', '7', '{', '{"model":"small","model":{}}', '\u0000', '"small"']) {
    for (const path of PATHS) {
      const { status } = await ask('POST', path, { body });
      assert.ok(status >= 400 && status < 500, `${path} ${body}: ${status}`);
    }
  }
});
