/** Metrics, alert rules and dashboard, by the tools of Prometheus itself. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import {
  LlmError,
  type LlmChunk,
  type ModelClient,
  type ModelListing,
} from '../server/models/model-client.ts';
import { createCosigner } from '../shared/ledger/cosignature-keys.ts';
import { testCertificate } from './support/certificates.ts';
import { HttpBench } from './support/http-bench.ts';
import { freePort } from './support/processes.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { ROOT } from './support/source-files.ts';

const FOLDER = join(ROOT, 'deploy', 'prometheus');
const PATIENCE_MS = 60_000;
/** A rate needs two scrapes, and a series has to be there before the first one. */
const SCRAPES = 3;

/** Fails before its first word, always. */
class BrokenProvider implements ModelClient {
  readonly provider = 'openai';
  readonly defaultModel = 'broken-model';

  async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
    yield { type: 'alive' };
    throw new LlmError('server_error', '500: broken');
  }

  models(): Promise<readonly ModelListing[]> {
    return Promise.resolve([{ name: this.defaultModel }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Gateway and server of which everything that is counted has happened once. */
async function startBusy(context: TestContext): Promise<HttpBench> {
  const certificate = await testCertificate(context);
  const witness = createCosigner('witness.test/w1', Buffer.alloc(32, 3)).verifierKey;
  const bench = await HttpBench.start({
    providers: providersOf(new BrokenProvider(), new EchoProvider()),
    environment: {
      ...certificate.environment,
      TLS_PORT: '0',
      TITLE_ROUTE: 'test-model',
      WITNESSES: `http://127.0.0.1:9/w=${witness}`,
      LLM_MAX_RETRIES: '1',
      LLM_BACKOFF_INITIAL_MS: '1',
    },
  });
  context.after(() => bench[Symbol.asyncDispose]());
  const page = new WebSocket(`${bench.origin.replace('http', 'ws')}/ws`);
  await once(page, 'open', { signal: AbortSignal.timeout(PATIENCE_MS) });
  page.send('hola');
  await once(page, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  context.after(() => page.close());
  const passing = await RpcClient.open(bench.linePort);
  await passing.call('chat.send', { text: 'hola' });
  await passing.failure('chat.send', {});
  passing.destroy();
  await bench.register();
  return bench;
}

async function run(command: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(command, args, { signal: AbortSignal.timeout(PATIENCE_MS) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? output : `${command} ended with ${code}\n${output}`;
}

async function scraped(origin: string): Promise<string> {
  return (await fetch(`${origin}/metrics`)).text();
}

test('promtool finds nothing in the metrics of a server and a gateway that have worked', async (context) => {
  const bench = await startBusy(context);
  for (const origin of [bench.origin, `http://127.0.0.1:${bench.metricsPort}`]) {
    const text = await scraped(origin);
    assert.match(text, /^hilo_/m);
    assert.equal(await run('promtool', ['check', 'metrics'], text), '');
  }
});

test('only counters end in _total, and no name is that of a counter without it', async (context) => {
  const bench = await startBusy(context);
  for (const origin of [bench.origin, `http://127.0.0.1:${bench.metricsPort}`]) {
    const types = [...(await scraped(origin)).matchAll(/^# TYPE (\S+) (\w+)$/gm)];
    const names = types.map(([, name]) => name ?? '');
    assert.deepEqual(
      types.filter(([, name = '', type]) => name.endsWith('_total') !== (type === 'counter')),
      [],
    );
    // OpenMetrics calls a counter by its name without `_total`: two metrics would have one name.
    const bare = names.filter((name) => name.endsWith('_total')).map((name) => name.slice(0, -6));
    assert.deepEqual(
      bare.filter((name) => names.includes(name)),
      [],
    );
  }
});

test('the rules are good, and raise what they should', async () => {
  assert.match(
    await run('promtool', ['check', 'config', join(FOLDER, 'prometheus.yml')]),
    /SUCCESS: 1 rule files found/,
  );
  assert.match(
    await run('promtool', ['check', 'rules', join(FOLDER, 'hilo-rules.yml')]),
    /SUCCESS: \d+ rules found/,
  );
  assert.match(
    await run('promtool', ['test', 'rules', join(FOLDER, 'hilo-rules-test.yml')]),
    /^ {2}SUCCESS$/m,
  );
  const rules = readFileSync(join(FOLDER, 'hilo-rules.yml'), 'utf8');
  const tested = readFileSync(join(FOLDER, 'hilo-rules-test.yml'), 'utf8');
  for (const [, alert = ''] of rules.matchAll(/- alert: (\w+)/g)) {
    assert.match(tested, new RegExp(`alertname: ${alert}\\n\\s+exp_alerts`), `${alert} is raised in no test`);
  }
});

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly unknown[] };
}

/** A Prometheus that scrapes both processes every second, with the configuration under deploy/. */
class Prometheus {
  readonly #origin: string;

  private constructor(origin: string) {
    this.#origin = origin;
  }

  static async start(context: TestContext, bench: HttpBench): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'hilo-prometheus-'));
    const config = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8')
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:9464', `127.0.0.1:${bench.metricsPort}`)
      .replace('127.0.0.1:8765', new URL(bench.origin).host);
    await writeFile(join(folder, 'prometheus.yml'), config);
    await writeFile(join(folder, 'hilo-rules.yml'), readFileSync(join(FOLDER, 'hilo-rules.yml')));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: 'ignore' },
    );
    context.after(async () => {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    });
    const started = new Prometheus(`http://${address}`);
    await started.#untilScraped();
    return started;
  }

  async query(expression: string): Promise<Answer> {
    const response = await fetch(`${this.#origin}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression }),
    });
    return (await response.json()) as Answer;
  }

  async rules(): Promise<readonly { readonly name: string; readonly health: string }[]> {
    const response = await fetch(`${this.#origin}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string }[] }[] };
    };
    return data.groups.flatMap(({ rules }) => rules);
  }

  async #untilScraped(): Promise<void> {
    const endMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.query(`count_over_time((up == 1)[1m:1s]) >= ${SCRAPES}`).catch(
        () => undefined,
      );
      const healths = await this.rules().catch(() => []);
      const isEvaluated = healths.length > 0 && healths.every(({ health }) => health !== 'unknown');
      if (answer?.data?.result.length === 2 && isEvaluated) return;
      if (Date.now() > endMs) throw new Error(`Not scraped: ${JSON.stringify([answer, healths])}`);
      await sleep(250);
    }
  }
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

test('what rules and dashboard ask for is there', { timeout: 180_000 }, async (context) => {
  const bench = await startBusy(context);
  const prometheus = await Prometheus.start(context, bench);
  assert.deepEqual(
    (await prometheus.rules()).filter(({ health }) => health !== 'ok'),
    [],
  );
  const rules = readFileSync(join(FOLDER, 'hilo-rules.yml'), 'utf8');
  const selectors = new Set([
    ...[...rules.matchAll(/\bhilo_\w+/g)].map(([name]) => name),
    'hilo_tls_certificate_expiry_timestamp_seconds',
  ]);
  // The beginning of a pattern of names.
  selectors.delete('hilo_');
  const missing: string[] = [];
  const look = async (expression: string, where: string) => {
    const { status, error, data } = await prometheus.query(expression);
    if (status !== 'success' || data.result.length === 0)
      missing.push(`${where}: ${expression} ${error ?? ''}`);
  };
  for (const selector of selectors) await look(selector, 'rules');
  const { panels } = JSON.parse(readFileSync(join(ROOT, 'deploy/grafana/hilo.json'), 'utf8')) as {
    panels: Panel[];
  };
  for (const { title, targets = [] } of panels) {
    for (const { expr } of targets) {
      if (expr.includes('== 2')) continue;
      await look(expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(?:server|gateway)/g, '.*'), title);
    }
  }
  assert.deepEqual(missing, []);
});
