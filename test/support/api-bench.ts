/** Gateway, server and a stub for the model, with a user's key: for clients of the APIs of others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStub, type StubLlm, type StubOptions } from '../../loadtest/stub-llm.ts';
import { HttpBench, PERSON } from './http-bench.ts';
import { connectAs } from './people.ts';
import type { ProviderKind } from './stub-server.ts';

export interface ApiBench extends AsyncDisposable {
  readonly http: HttpBench;
  readonly stub: StubLlm;
  readonly origin: string;
  /** Of a user; an access token, which is as good as an API key. */
  readonly key: string;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** By its user. */
  spent(): Promise<number>;
}

export interface ApiBenchOptions {
  readonly kind?: ProviderKind;
  readonly stub?: StubOptions;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of every token of the routes with a model. */
  readonly price?: number;
}

/**
 * The routes: `small` can do everything and has names of other makers, `plain` only answers, `vectors` only
 * makes embeddings, and `tiny` has a context of 64 tokens.
 */
export async function startApiBench(options: ApiBenchOptions = {}): Promise<ApiBench> {
  const { kind = 'openai', environment, price = 0 } = options;
  const stub = await startStub({ models: ['stub', 'stub-vectors'], ...options.stub });
  const folder = await mkdtemp(join(tmpdir(), 'hilo-api-'));
  const file = join(folder, 'models.json');
  await writeFile(file, JSON.stringify(modelsFile(kind, stub.url, price)));
  const http = await HttpBench.start({
    providers: undefined,
    environment: { MODELS_FILE: file, LLM_BACKOFF_INITIAL_MS: '2', ...environment },
  });
  const { accessToken } = await http.register(PERSON);
  return {
    http,
    stub,
    origin: http.origin,
    key: accessToken,
    post: (path, body, headers = {}) =>
      fetch(`${http.origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      }),
    async spent() {
      using client = await connectAs({ port: http.linePort }, { accessToken });
      return Number((await client.call('credits.balance'))['spent']);
    },
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await stub.close();
      await rm(folder, { recursive: true });
    },
  };
}

function modelsFile(kind: ProviderKind, url: string, each: number): object {
  const baseUrl = kind === 'openai' ? `${url}/v1` : url;
  const route = { upstream: 'stub', model: 'stub', price: { input: each, output: each } };
  return {
    upstreams: [{ id: 'stub', kind, baseUrl, slots: 16 }],
    routes: [
      {
        ...route,
        id: 'small',
        aliases: ['claude-*', 'gpt-*'],
        contextTokens: 200_000,
        maxOutputTokens: 4_096,
        capabilities: ['chat', 'tools', 'json', 'vision', 'thinking'],
      },
      { ...route, id: 'plain' },
      { ...route, id: 'tiny', contextTokens: 64, maxOutputTokens: 16 },
      { ...route, id: 'vectors', model: 'stub-vectors', capabilities: ['embed'] },
    ],
    default: 'small',
    companion: false,
  };
}
