/** A model whose answers cost as much as is set aside for them. */
import type { LlmChunk, LlmRequest, ModelClient } from '../../server/models/model-client.ts';
import { ScriptedProvider } from './scripted-provider.ts';

/** What each answer costs, where an output token costs one credit. */
export const COST = 20;

/** Answers at once, at the full length that it may have; or as the test says, where it is asked to `wait`. */
export class CostlyProvider implements ModelClient {
  readonly provider = 'ollama';
  readonly defaultModel = 'test-model';
  readonly scripted = new ScriptedProvider();

  async *stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    if (request.messages.at(-1)?.content === 'wait') return yield* this.scripted.stream(request);
    yield { type: 'delta', text: 'so be it' };
    yield { type: 'end', finishReason: 'stop', inputTokens: 7, outputTokens: COST };
  }

  models() {
    return Promise.resolve([{ name: this.defaultModel }, { name: 'other-model' }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
