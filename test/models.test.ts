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
  alive: async () => true,
  close: async () => {},
};

/** It neither answers nor says what it has. */
class AwayProvider extends EchoProvider {
  override models(): Promise<readonly ModelListing[]> {
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

test('while another provider stands in, the models are those that answer', async () => {
  const environment = { LLM_MAX_RETRIES: '0' };
  const providers = providersOf(new AwayProvider(), COMPANION);
  await using server = await startTestServer({ environment, providers });
  const client = await RpcClient.open(server.port);
  const { provider, current, models } = await client.call('models.list');
  assert.deepEqual([provider, current, models], ['offline', 'companion', ['companion']]);
  const answer = await client.call('chat.send', { text: 'hello', model: 'test-model' });
  assert.deepEqual([answer['model'], answer['degraded']], ['companion', true]);
  assert.equal(await client.failure('session.model', { model: 'test-model' }), 'upstream_failed');
  client.destroy();
});

test('without anybody who answers the list fails', async () => {
  await using server = await startTestServer({ providers: providersOf(new AwayProvider()) });
  const client = await RpcClient.open(server.port);
  assert.equal(await client.failure('models.list', {}), 'upstream_failed');
  client.destroy();
});
