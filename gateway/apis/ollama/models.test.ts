import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainModelName } from '../../../shared/model-route.ts';
import type { RouteView } from '../../../shared/operations/models-list.ts';
import { ollamaApi } from './index.ts';
import { NOW, post, refusalOf, translate } from './translation.fixture.ts';

const ROUTES: RouteView[] = [
  {
    id: 'small',
    provider: 'ollama',
    owner: 'house',
    created: 1767225600,
    capabilities: ['completion', 'tools', 'vision', 'thinking', 'json'],
    contextTokens: 8192,
    maxOutputTokens: 1024,
  },
  {
    id: 'Nomic/embed:v1.5',
    provider: 'ollama',
    owner: 'house',
    created: 1767225600,
    capabilities: ['embedding'],
    contextTokens: 2048,
    maxOutputTokens: 1,
  },
];

interface Listed {
  models: Record<string, unknown>[];
}

function ask(method: string, path: string, body?: Record<string, unknown>): unknown {
  const call = translate(method, path, body);
  assert.ok('operation' in call);
  assert.equal(call.operation, 'models.list');
  const { model } = call.params as { model?: string };
  const isNamed = ({ id }: RouteView) => model === undefined || plainModelName(id) === plainModelName(model);
  return JSON.parse(call.reply.result({ routes: ROUTES.filter(isNamed) }));
}

test('routes are listed as models with tags and what they can do', () => {
  const { models } = ask('GET', '/api/tags') as Listed;
  assert.deepEqual(
    models.map(({ name, model, capabilities }) => ({ name, model, capabilities })),
    [
      {
        name: 'small:latest',
        model: 'small:latest',
        capabilities: ['completion', 'vision', 'tools', 'thinking'],
      },
      { name: 'Nomic/embed:v1.5', model: 'Nomic/embed:v1.5', capabilities: ['embedding'] },
    ],
  );
  for (const model of models) {
    assert.match(String(model['digest']), /^[0-9a-f]{64}$/);
    assert.equal(model['modified_at'], '2026-01-01T00:00:00.000Z');
    assert.equal(typeof model['size'], 'number');
    assert.equal(typeof (model['details'] as Record<string, unknown>)['family'], 'string');
  }
});

test('every model counts as loaded for good', () => {
  const { models } = ask('GET', '/api/ps') as Listed;
  assert.deepEqual(
    models.map(({ name, context_length }) => [name, context_length]),
    [
      ['small:latest', 8192],
      ['Nomic/embed:v1.5', 2048],
    ],
  );
  assert.ok(Date.parse(String(models[0]?.['expires_at'])) > NOW + 1e12);
});

test('a model is shown by any of its names, with its context', () => {
  for (const body of [{ model: 'small' }, { model: 'small:latest' }, { name: 'SMALL', model: '' }]) {
    const shown = ask('POST', '/api/show', body) as Record<string, unknown>;
    const info = shown['model_info'] as Record<string, unknown>;
    assert.equal(info['general.basename'], 'small');
    assert.equal(info[`${String(info['general.architecture'])}.context_length`], 8192);
    assert.deepEqual(shown['capabilities'], ['completion', 'vision', 'tools', 'thinking']);
    // As Continue and LiteLLM look for them.
    assert.match(String(shown['parameters']), /^num_ctx\s+8192$/m);
    assert.match(String(shown['template']), /tools/i);
  }
  const embedding = ask('POST', '/api/show', { model: 'nomic/embed:v1.5' }) as Record<string, unknown>;
  assert.doesNotMatch(String(embedding['template']), /tools/i);
  assert.equal(
    refusalOf(() => ask('POST', '/api/show', { model: 'large' })),
    'unknown_model',
  );
  assert.equal(
    refusalOf(() => ask('POST', '/api/show', {})),
    'member_missing model',
  );
});

test('a request without a prompt loads the model, or unloads it', () => {
  const created = { model: 'small', created_at: '2026-01-02T03:04:05.000Z' };
  assert.deepEqual(ask('POST', '/api/generate', { model: 'small' }), {
    ...created,
    response: '',
    done_reason: 'load',
    done: true,
  });
  assert.deepEqual(ask('POST', '/api/chat', { model: 'small', messages: [], keep_alive: 0 }), {
    ...created,
    message: { role: 'assistant', content: '' },
    done_reason: 'unload',
    done: true,
  });
  for (const keepAlive of ['0', '0s', 0]) {
    const answer = ask('POST', '/api/generate', { model: 'small', keep_alive: keepAlive });
    assert.equal((answer as Record<string, unknown>)['done_reason'], 'unload');
  }
  assert.equal(
    refusalOf(() => ask('POST', '/api/generate', { model: 'large' })),
    'unknown_model',
  );
});

test('vectors are written one by one, in as few digits as they need', () => {
  const { operation, params, reply } = post('/api/embed', {
    model: 'small',
    input: ['a', 'b'],
    dimensions: 2,
  });
  assert.equal(operation, 'embeddings.create');
  assert.deepEqual(params, { route: 'small', input: ['a', 'b'], dimensions: 2 });
  const vector = Buffer.from(new Float32Array([0.1, -2]).buffer).toString('base64');
  const text = [
    reply.event('embeddings.started', {}),
    reply.event('embeddings.vector', { index: 0, vector }),
    reply.event('embeddings.vector', { index: 1, vector }),
    reply.result({ usage: { inputTokens: 2 } }),
  ].join('');
  const vectors = '[[0.100000001,-2],[0.100000001,-2]]';
  const counts = '"total_duration":0,"load_duration":0,"prompt_eval_count":2';
  assert.equal(text, `{"model":"small","embeddings":${vectors},${counts}}`);
  assert.equal(Math.fround(0.100000001), Math.fround(0.1));
  assert.deepEqual(post('/api/embed', { model: 'small', input: 'a' }).params, {
    route: 'small',
    input: ['a'],
  });
  assert.deepEqual(ask('POST', '/api/embed', { model: 'small', input: [] }), {
    model: 'small',
    embeddings: [],
  });
  assert.equal(
    refusalOf(() => post('/api/embed', { model: 'small' })),
    'member_missing input',
  );
});

test('the older address for one text', () => {
  const { params, reply } = post('/api/embeddings', { model: 'small', prompt: 'a' });
  assert.deepEqual(params, { route: 'small', input: ['a'] });
  const vector = Buffer.from(new Float32Array([0.5]).buffer).toString('base64');
  assert.equal(reply.event('embeddings.vector', { index: 0, vector }), '');
  assert.equal(reply.result({}), '{"embedding":[0.5]}');
  assert.deepEqual(ask('POST', '/api/embeddings', { model: 'small' }), { embedding: [] });
});

test('the version is a number that clients compare', () => {
  const answer = translate('GET', '/api/version');
  assert.ok('body' in answer);
  const { version } = JSON.parse(answer.body) as { version: string };
  assert.match(version, /^\d+\.\d+\.\d+$/);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  assert.ok(major > 0 || minor >= 14);
});

test('addresses that change models are there to say that they are not offered', () => {
  const paths = ['create', 'copy', 'pull', 'push', 'blobs/:digest'];
  for (const path of paths)
    assert.equal(
      refusalOf(() => translate('POST', `/api/${path}`)),
      'models_fixed',
    );
  assert.equal(
    refusalOf(() => translate('DELETE', '/api/delete')),
    'models_fixed',
  );
  assert.equal(
    refusalOf(() => translate('GET', '/api/blobs/:digest')),
    'models_fixed',
  );
});

test('an error has its text alone', () => {
  const error = { status: 404, code: 'not_found', message: 'There is no such model' };
  assert.deepEqual(ollamaApi.error(error, { id: 'x' }), { body: { error: 'There is no such model' } });
});
