import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EnvironmentError } from '../../shared/environment.ts';
import { LIMITS } from '../../shared/limits.ts';
import { limitVariable, readServerConfig, SERVER_VARIABLES } from './config.ts';

test('nothing need be set, and what comes is frozen', () => {
  const config = readServerConfig({});
  assert.deepEqual(config.limits, LIMITS);
  assert.deepEqual([config.APP_HOST, config.APP_PORT, config.LLM_PROVIDER], ['127.0.0.1', 5001, 'auto']);
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.limits));
});

test('each limit has one variable', () => {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  const variables = names.map(limitVariable);
  assert.equal(new Set(SERVER_VARIABLES).size, SERVER_VARIABLES.length);
  for (const [index, variable] of variables.entries()) {
    assert.match(variable, /^[A-Z]+(?:_[A-Z0-9]+)*$/);
    assert.ok(SERVER_VARIABLES.includes(variable));
    const name = names[index];
    assert.ok(name !== undefined);
    const value = LIMITS[name] + 1;
    assert.equal(readServerConfig({ [variable]: String(value) }).limits[name], value);
  }
  assert.equal(limitVariable('messagesPerWindow'), 'RATE_MAX_MESSAGES');
  assert.equal(limitVariable('sniffMs'), 'LIMIT_SNIFF_MS');
});

test('all faults are told at once, and secrets are not', () => {
  assert.throws(
    () => readServerConfig({ APP_PORT: '-1', MAX_IN_FLIGHT: '0', HILO_LOCALE: 'fr', OPENAI_BASE_URL: 'x' }),
    (thrown) => {
      assert.ok(thrown instanceof EnvironmentError);
      const names = thrown.faults.map(({ name }) => name);
      assert.deepEqual(names.toSorted(), ['APP_PORT', 'HILO_LOCALE', 'MAX_IN_FLIGHT', 'OPENAI_BASE_URL']);
      return true;
    },
  );
});

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readServerConfig(environment);
    return [];
  } catch (thrown) {
    assert.ok(thrown instanceof EnvironmentError);
    return thrown.faults.map(({ name, expected, found }) => `${name}: ${expected}, found ${found}`);
  }
}

async function fileWith(t: TestContext, text: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await writeFile(path, text);
  return path;
}

test('files are read, and what is wrong with them is told with all other faults', async (t) => {
  const lines = '{"en":{"emergency":"112","lines":[{"place":"here","contact":"1"}]}}';
  const [prompt, good, bad] = await Promise.all(
    ['  Be brief.\n', lines, '{"en":{"lines":[]}}'].map((text) => fileWith(t, text)),
  );
  assert.ok(prompt && good && bad);
  const config = readServerConfig({ SYSTEM_PROMPT_FILE: prompt, HELPLINES_FILE: good });
  assert.equal(config.systemPrompt, 'Be brief.');
  assert.deepEqual([config.helplines?.en?.emergency, config.helplines?.es], ['112', undefined]);
  const faults = faultsOf({
    APP_PORT: 'x',
    SYSTEM_PROMPT_FILE: '/nowhere/at-all.txt',
    HELPLINES_FILE: bad,
    LLM_PROVIDER: 'openai',
  });
  assert.equal(faults.length, 4, faults.join('\n'));
  assert.match(
    faults[1] ?? '',
    /^SYSTEM_PROMPT_FILE: the path of a file that can be read \(ENOENT\), found "/,
  );
  assert.match(faults[2] ?? '', /^HELPLINES_FILE: the path of a file with help lines \(.*en\.emergency/);
  assert.match(faults[3] ?? '', /^LLM_PROVIDER: .*OPENAI_BASE_URL, or OPENAI_API_KEY, or GROQ_API_KEY/);
  for (const faulty of [faultsOf({ HELPLINES_FILE: prompt }), faultsOf({ HELPLINES_FILE: tmpdir() })]) {
    assert.equal(faulty.length, 1);
    assert.match(faulty[0] ?? '', /^HELPLINES_FILE: .*(?:not valid JSON|EISDIR)/);
  }
});

test('settings that make no sense together are told, with the reason, under the name that was set', () => {
  const oneFault = (environment: Record<string, string>, start: string) => {
    const [fault, ...more] = faultsOf(environment);
    assert.ok(fault?.startsWith(start) && more.length === 0, JSON.stringify([fault, ...more]));
  };
  const most = String(LIMITS.outboxSoftBytes);
  oneFault(
    { LIMIT_OUTBOX_LOW_BYTES: most },
    'LIMIT_OUTBOX_LOW_BYTES: less than LIMIT_OUTBOX_SOFT_BYTES (65536)',
  );
  oneFault({ LIMIT_OUTBOX_HARD_BYTES: most }, 'LIMIT_OUTBOX_HARD_BYTES: more than LIMIT_OUTBOX_SOFT_BYTES');
  oneFault({ LIMIT_REPLAY_BYTES_MAX: '9' }, 'LIMIT_REPLAY_BYTES_MAX: at least LIMIT_OUTBOX_SOFT_BYTES');
  oneFault(
    { SESSION_GENERATIONS_MAX: '17' },
    'SESSION_GENERATIONS_MAX: at most LIMIT_PENDING_REQUESTS_MAX (16)',
  );
  oneFault({ LLM_TIMEOUT_SECONDS: '301' }, 'LLM_TIMEOUT_SECONDS: at most LIMIT_LLM_ANSWER_SECONDS (300)');
  oneFault({ LIMIT_WRITE_PROGRESS_MS: '999' }, 'LIMIT_WRITE_PROGRESS_MS: at least LIMIT_SWEEP_MS (1000)');
  oneFault(
    { CONNECTIONS_MAX: '10', ADDRESS_CONNECTIONS_MAX: '11' },
    'ADDRESS_CONNECTIONS_MAX: at most CONNECTIONS_MAX (10)',
  );
  oneFault({ LLM_BACKOFF_INITIAL_MS: '30001' }, 'LLM_BACKOFF_INITIAL_MS: a whole number from 1 to 30000');
});

test('what was not set is not to blame, and a faulty value hides no other fault', () => {
  assert.deepEqual(faultsOf({ CONNECTIONS_MAX: '10' }), []);
  assert.deepEqual(faultsOf({ LLM_PROVIDER: 'openai', GROQ_API_KEY: 'key' }), []);
  const faults = faultsOf({
    LIMIT_OUTBOX_LOW_BYTES: 'x',
    LIMIT_OUTBOX_SOFT_BYTES: '1',
    LLM_TIMEOUT_SECONDS: '301',
  });
  assert.deepEqual(
    faults.map((fault) => fault.split(':')[0]),
    ['LIMIT_OUTBOX_LOW_BYTES', 'LLM_TIMEOUT_SECONDS'],
  );
});

test('listeners at one address have different ports', () => {
  const same = { APP_PORT: '7000', APP_PROXY_PORT: '7000', METRICS_PORT: '7000' };
  assert.deepEqual(
    faultsOf(same).map((fault) => fault.split(',')[0]),
    [
      'APP_PROXY_PORT: another port than APP_PORT at the same address',
      'METRICS_PORT: another port than APP_PORT at the same address',
      'METRICS_PORT: another port than APP_PROXY_PORT at the same address',
    ],
  );
  assert.deepEqual(faultsOf({ ...same, APP_HOST: '127.0.0.2', METRICS_HOST: '127.0.0.3' }), []);
  assert.deepEqual(faultsOf({ APP_PORT: '0', APP_PROXY_PORT: '0' }), []);
});

test('a file of models is read with its keys, and its faults are told with all others', async (t) => {
  const upstream = { id: 'cloud', kind: 'openai', baseUrl: 'https://x.example/v1', keyVariable: 'CLOUD_KEY' };
  const file = { upstreams: [upstream], routes: [{ id: 'a', upstream: 'cloud', model: 'm' }], default: 'a' };
  const [good, bad] = await Promise.all([
    fileWith(t, JSON.stringify(file)),
    fileWith(t, JSON.stringify({ ...file, default: 'b' })),
  ]);
  const { models } = readServerConfig({ MODELS_FILE: good, CLOUD_KEY: 'sk-1', LLM_PROVIDER: 'openai' });
  assert.deepEqual([models.upstreams[0]?.apiKey, models.defaults], ['sk-1', ['a']]);
  const faults = faultsOf({ MODELS_FILE: bad, APP_PORT: 'x' });
  assert.equal(faults.length, 2);
  assert.match(faults[1] ?? '', /^MODELS_FILE: .*\(default: there is no chat route "b"\)/);
  const [missing] = faultsOf({ MODELS_FILE: good });
  assert.match(missing ?? '', /^CLOUD_KEY: the key of the upstream "cloud" in MODELS_FILE.*found nothing/);
});

test('a prompt is decoded by its mark, and refused by name when it is not UTF-8', async (t) => {
  const marked = await fileWith(t, Buffer.from('\ufeffSé amable', 'utf16le'));
  assert.equal(readServerConfig({ SYSTEM_PROMPT_FILE: marked }).systemPrompt, 'Sé amable');
  const latin = await fileWith(t, Buffer.from('Sé amable', 'latin1'));
  assert.match(faultsOf({ SYSTEM_PROMPT_FILE: latin })[0] ?? '', /^SYSTEM_PROMPT_FILE: .*\(not in UTF-8\)/);
});

test('settings in the forms that other programs use', () => {
  const { OLLAMA_HOST, HILO_LOCALE, LLM_PROVIDER, DATA_DIR } = readServerConfig({
    OLLAMA_HOST: '0.0.0.0',
    HILO_LOCALE: 'es_ES.UTF-8',
    LLM_PROVIDER: 'Ollama',
    DATA_DIR: '~/hilo',
  });
  assert.deepEqual([OLLAMA_HOST, HILO_LOCALE, LLM_PROVIDER], ['http://127.0.0.1:11434', 'es', 'ollama']);
  assert.equal(DATA_DIR, join(homedir(), 'hilo'));
  assert.match(
    faultsOf({ OPENAI_API_KEY: '“sk-1”' })[0] ?? '',
    /^OPENAI_API_KEY: .*found a value that is not/,
  );
});

test('the first administrator needs an e-mail and one password, which no report shows', () => {
  const ADMIN_EMAIL = 'ana@example.org';
  const ADMIN_PASSWORD = 'a long sentence';
  assert.deepEqual(faultsOf({ ADMIN_EMAIL, ADMIN_PASSWORD }), []);
  for (const alone of [{ ADMIN_EMAIL }, { ADMIN_PASSWORD }]) {
    const [fault = '', ...more] = faultsOf(alone);
    assert.match(fault, /^ADMIN_EMAIL: an e-mail, and ADMIN_PASSWORD/);
    assert.deepEqual(more, []);
  }
  const faults = faultsOf({ ADMIN_EMAIL: 'nobody', ADMIN_PASSWORD: 'tooshort' });
  assert.deepEqual(
    faults.map((fault) => fault.split(':')[0]),
    ['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
  );
  assert.equal(faults.join().includes('tooshort'), false);
});
