/** What traces and reports of errors need is loaded only where they are wanted. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Process } from './support/processes.ts';

const PACKAGE = /node_modules\/@(?:opentelemetry|sentry)\/([\w-]+)/g;
/** Only types and constants; the client of Prometheus loads it. */
const OF_PROMETHEUS = 'api';

/** The packages that a server has loaded by the time it listens. */
async function loadedBy(context: TestContext, environment: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-loading-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const hook = join(folder, 'hook.mjs');
  const script = `
    import { registerHooks } from 'node:module';
    import { writeSync } from 'node:fs';
    registerHooks({
      load(url, context, next) {
        if (/node_modules.@(opentelemetry|sentry)/.test(url)) writeSync(2, url + '\\n');
        return next(url, context);
      },
    });`;
  await writeFile(hook, script);
  await using server = await Process.start('server/main.ts', {
    DATA_DIR: join(folder, 'data'),
    APP_PORT: '0',
    APP_PROXY_PORT: '0',
    METRICS_PORT: '0',
    LLM_PROVIDER: 'offline',
    NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
    ...environment,
  });
  await server.exit('SIGTERM');
  const names = [...server.output.matchAll(PACKAGE)].flatMap(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== OF_PROMETHEUS).sort();
}

test('a server without a collector loads nothing of OpenTelemetry or Sentry', async (context) => {
  assert.deepEqual(await loadedBy(context, {}), []);
});

test('a server with a collector and a DSN loads both', async (context) => {
  const loaded = await loadedBy(context, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    SENTRY_DSN: 'http://key@127.0.0.1:9/1',
  });
  assert.ok(loaded.includes('sdk-trace'));
  assert.ok(loaded.includes('core'));
});
