/** Which models there are, and which one answers, when the one that is wanted is not there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LlmError,
  type LlmChunk,
  type ModelClient,
  type ModelListing,
} from '../server/models/model-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const COMPANION: ModelClient = {
  provider: 'offline',
  defaultModel: 'companion',
  async *stream() {
    yield { type: 'delta', text: 'I stand in' };
    yield { type: 'end', finishReason: 'stop' };
  },
  models: async () => [{ name: 'companion' }],
  close: async () => {},
};

/** It neither answers nor says what it has. */
class AwayProvider extends EchoProvider {
  lists = 0;

  override models(): Promise<readonly ModelListing[]> {
    this.lists += 1;
    return Promise.reject(new LlmError('unreachable', 'Away'));
  }

  override async *stream(): ReturnType<EchoProvider['stream']> {
    yield await Promise.reject<LlmChunk>(new LlmError('unreachable', 'Away'));
  }
}

test('the companion alone answers to no other name', async () => {
  await using server = await startTestServer({ providers: providersOf(COMPANION) });
  const client = await RpcClient.open(server.port);
  assert.equal(await client.failure('chat.send', { text: 'hello', model: 'gpt-4' }), 'not_found');
  assert.equal(await client.failure('session.model', { model: 'gpt-4' }), 'not_found');
  const answer = await client.call('chat.send', { text: 'hello', model: 'companion' });
  assert.deepEqual([answer['model'], answer['degraded']], ['companion', false]);
  const who = await client.call('session.whoami');
  assert.deepEqual([who['messages'], answer['trace']], [1, `${String(who['session'])}:m2`]);
  client.destroy();
});

test('a name that is not a route goes nowhere', async () => {
  const model = new EchoProvider();
  await using server = await startTestServer({ providers: providersOf(model, COMPANION) });
  const client = await RpcClient.open(server.port);
  for (const name of ['o1-pro', '../../x:y@z', 'test-model:7b']) {
    assert.equal(await client.failure('chat.send', { text: 'hello', model: name }), 'not_found');
    assert.equal(await client.failure('session.model', { model: name }), 'not_found');
  }
  assert.equal(model.calls, 0);
  const { models, current } = await client.call('models.list');
  assert.deepEqual([models, current], [['test-model', 'other-model', 'companion'], 'test-model']);
  assert.deepEqual(await client.call('session.model', { model: 'OTHER-model:latest' }), {
    model: 'other-model',
  });
  assert.equal((await client.call('chat.send', { text: 'hello' }))['model'], 'other-model');
  client.destroy();
});

test('models.list asks no upstream, however often it is called', async () => {
  const model = new AwayProvider();
  await using server = await startTestServer({ providers: providersOf(model, COMPANION) });
  const client = await RpcClient.open(server.port);
  for (let call = 0; call < 10; call++) await client.call('models.list');
  assert.equal(model.lists, 0);
  client.destroy();
});

test('the companion that stands in is marked', async () => {
  const environment = { LLM_MAX_RETRIES: '0' };
  const providers = providersOf(new AwayProvider(), COMPANION);
  await using server = await startTestServer({ environment, providers });
  const client = await RpcClient.open(server.port);
  const answer = await client.call('chat.send', { text: 'hello', model: 'test-model' });
  assert.deepEqual([answer['model'], answer['degraded']], ['companion', true]);
  client.destroy();
});
