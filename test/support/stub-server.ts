/** A whole server with the stub as its model, over HTTP, in this process. */
import { startStub, type StubLlm, type StubOptions } from '../../loadtest/stub-llm.ts';
import { startTestServer, type TestServerOptions } from './test-server.ts';

export type ProviderKind = 'ollama' | 'openai';

export interface StubServer extends AsyncDisposable {
  readonly stub: StubLlm;
  readonly port: number;
  readonly metricsPort: number;
}

export async function startStubServer(
  kind: ProviderKind,
  stubOptions: StubOptions,
  { environment, ...options }: TestServerOptions = {},
): Promise<StubServer> {
  const stub = await startStub(stubOptions);
  const provider =
    kind === 'ollama'
      ? { OLLAMA_HOST: stub.url, OLLAMA_MODEL: 'stub' }
      : { OPENAI_BASE_URL: `${stub.url}/v1`, OPENAI_MODEL: 'stub' };
  const server = await startTestServer({
    ...options,
    environment: { LLM_PROVIDER: kind, LLM_BACKOFF_INITIAL_MS: '2', ...provider, ...environment },
  });
  return {
    stub,
    port: server.port,
    metricsPort: server.metricsPort,
    async [Symbol.asyncDispose]() {
      await server.drain();
      await stub.close();
    },
  };
}
