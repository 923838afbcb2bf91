/** Model clients before the stub or any other server, and what one call of them gives. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startStub, type StubLlm, type StubOptions } from '../../loadtest/stub-llm.ts';
import {
  LlmError,
  type LlmChunk,
  type LlmRequest,
  type ModelClient,
} from '../../server/models/model-client.ts';
import { OllamaProvider } from '../../server/models/ollama.ts';
import { OpenAiProvider } from '../../server/models/openai.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';

export const CLIENTS = {
  ollama: (url: string, clock: Clock): ModelClient => new OllamaProvider({ host: url, model: 'stub', clock }),
  openai: (url: string, clock: Clock): ModelClient =>
    new OpenAiProvider({ baseUrl: `${url}/v1`, model: 'stub', clock, temperature: 0.5, topP: 0.9 }),
} as const;

export type ClientName = keyof typeof CLIENTS;

export async function startBench(
  t: TestContext,
  name: ClientName,
  options: StubOptions = {},
): Promise<{ readonly stub: StubLlm; readonly provider: ModelClient }> {
  const stub = await startStub(options);
  const provider = CLIENTS[name](stub.url, options.clock ?? systemClock);
  t.after(async () => {
    await provider.close();
    await stub.close();
  });
  return { stub, provider };
}

export function ask(text = 'hola mundo', signal: AbortSignal = new AbortController().signal): LlmRequest {
  const messages = [
    { role: 'system', content: 'Be kind' },
    { role: 'user', content: text },
  ] as const;
  return {
    model: 'stub',
    messages,
    maxOutputTokens: 50,
    contextTokens: 3024,
    trace: 'Usuario-3:m1',
    locale: 'es',
    signal,
  };
}

export interface CallOutcome {
  readonly text: string;
  readonly thinking: string;
  readonly types: readonly LlmChunk['type'][];
  readonly end: LlmChunk | undefined;
  readonly error: LlmError | undefined;
}

export async function callModel(provider: ModelClient, request: LlmRequest = ask()): Promise<CallOutcome> {
  const said = { delta: '', thinking: '' };
  const types: LlmChunk['type'][] = [];
  let end: LlmChunk | undefined;
  let error: LlmError | undefined;
  try {
    for await (const chunk of provider.stream(request)) {
      assert.equal(end, undefined, 'nothing comes after the end');
      types.push(chunk.type);
      if (chunk.type === 'end') end = chunk;
      if (chunk.type === 'delta' || chunk.type === 'thinking') {
        assert.notEqual(chunk.text, '');
        said[chunk.type] += chunk.text;
      }
    }
    assert.ok(end, 'an iteration without an end must throw');
  } catch (thrown) {
    assert.ok(thrown instanceof LlmError, String(thrown));
    error = thrown;
  }
  return { text: said.delta, thinking: said.thinking, types, end, error };
}
