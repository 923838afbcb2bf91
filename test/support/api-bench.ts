/** Gateway, server and a stub for the model, with a user's key: for clients of the APIs of others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStub, type StubLlm, type StubOptions } from '../../loadtest/stub-llm.ts';
import { setTimeout as sleep } from 'node:timers/promises';
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
  account(): Promise<Account>;
  /** The account, once more was charged than before and nothing is held any more. */
  settled(spentBefore?: number): Promise<Account>;
}

/** The credits of the user. */
export interface Account {
  readonly available: number;
  readonly held: number;
  readonly spent: number;
}

export interface ApiBenchOptions {
  readonly kind?: ProviderKind;
  readonly stub?: StubOptions;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of every token of the routes with a model. */
  readonly price?: number;
  /** Calls at once to the model. */
  readonly slots?: number;
  /** There is a route `pictures` that draws. */
  readonly draws?: boolean;
  /** Of the route `small`. */
  readonly maxOutputTokens?: number;
}

const PATIENCE_MS = 30_000;

/**
 * The routes: `small` can do everything and has names of other makers, `plain` only answers, `vectors` only
 * makes embeddings, and `tiny` has a context of 64 tokens.
 */
export async function startApiBench(options: ApiBenchOptions = {}): Promise<ApiBench> {
  const { kind = 'openai', environment } = options;
  const stub = await startStub({ models: ['stub', 'stub-vectors'], ...options.stub });
  const folder = await mkdtemp(join(tmpdir(), 'hilo-api-'));
  const file = join(folder, 'models.json');
  await writeFile(file, JSON.stringify(modelsFile(kind, stub.url, options)));
  const http = await HttpBench.start({
    providers: undefined,
    environment: {
      MODELS_FILE: file,
      LLM_BACKOFF_INITIAL_MS: '2',
      RATE_MAX_MESSAGES_USER: '10000',
      SIGNUP_CREDITS: '100000000',
      SIGNUP_CREDITS_PER_ADDRESS: '100000000',
      ...environment,
    },
  });
  const { accessToken } = await http.register(PERSON);
  const account = async () => {
    using client = await connectAs({ port: http.linePort }, { accessToken });
    return (await client.call('credits.balance')) as unknown as Account;
  };
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
    spent: async () => (await account()).spent,
    account,
    async settled(spentBefore = 0) {
      for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(50)) {
        const now = await account();
        if (now.held === 0 && now.spent > spentBefore) return now;
        if (performance.now() > deadline) throw new Error('Nothing was charged');
      }
    },
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await stub.close();
      await rm(folder, { recursive: true });
    },
  };
}

function modelsFile(kind: ProviderKind, url: string, options: ApiBenchOptions): object {
  const { price: each = 0, slots = 16, maxOutputTokens = 4_096, draws = false } = options;
  const baseUrl = kind === 'openai' ? `${url}/v1` : url;
  const route = { upstream: 'stub', model: 'stub', price: { input: each, output: each } };
  return {
    upstreams: [{ id: 'stub', kind, baseUrl, slots }],
    routes: [
      ...(draws ? [{ ...route, id: 'pictures', capabilities: ['image'] }] : []),
      {
        ...route,
        id: 'small',
        aliases: ['claude-*', 'gpt-*'],
        contextTokens: 195_904 + maxOutputTokens,
        maxOutputTokens,
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
