import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { keyFaults, modelsOfFile } from './model-settings.ts';
import { readModelsFile, type ModelsFile } from './models-file.ts';

const UPSTREAM = { id: 'house', kind: 'ollama', baseUrl: 'http://127.0.0.1:11434' };
const ROUTE = { id: 'small', upstream: 'house', model: 'qwen2.5:3b' };
const FILE = { upstreams: [UPSTREAM], routes: [ROUTE], default: 'small' };

function read(file: unknown): ModelsFile {
  const result = readModelsFile(JSON.stringify(file));
  assert.ok('routes' in result, JSON.stringify(result));
  return result;
}

function faultsOf(file: unknown): string[] {
  const result = readModelsFile(typeof file === 'string' ? file : JSON.stringify(file));
  assert.ok(!('routes' in result), 'The file is good');
  return result.map(({ path, message }) => `${path}: ${message}`);
}

test('a route takes what it does not say from its upstream, then from the settings', () => {
  const upstream = { ...UPSTREAM, slots: 4, timeouts: { firstTokenSeconds: 90, answerSeconds: 200 } };
  const route = { ...ROUTE, maxOutputTokens: 100, timeouts: { answerSeconds: 60 } };
  const { upstreams, routes, defaults, companion } = modelsOfFile(
    read({ ...FILE, upstreams: [upstream], routes: [route] }),
    LIMITS,
    {},
  );
  assert.deepEqual([upstreams[0]?.slots, defaults, routes[0]?.access], [4, ['small'], 'everyone']);
  assert.equal(routes[0]?.contextTokens, LIMITS.llmInputTokens + 100);
  assert.deepEqual(routes[0].timeouts, {
    firstTokenMs: 90_000,
    betweenTokensMs: LIMITS.llmBetweenTokensSeconds * 1_000,
    answerMs: 60_000,
  });
  assert.ok(companion);
  assert.equal(modelsOfFile(read({ ...FILE, companion: false }), LIMITS, {}).companion, undefined);
});

test('an alias means one route', () => {
  const aliases = ['claude-*', 'gpt-5'];
  assert.deepEqual(
    modelsOfFile(read({ ...FILE, routes: [{ ...ROUTE, aliases }] }), LIMITS, {}).routes[0]?.aliases,
    aliases,
  );
  const other = { ...ROUTE, id: 'other' };
  const faults = (...names: string[]) =>
    faultsOf({
      ...FILE,
      routes: [
        { ...ROUTE, aliases },
        { ...other, aliases: names },
      ],
    });
  assert.deepEqual(faults('GPT-5:latest'), ['routes[1].aliases[0]: "GPT-5:latest" is there twice']);
  assert.deepEqual(faults('small'), ['routes[1].aliases[0]: "small" is there twice']);
  assert.deepEqual(faults('x', 'claude-*'), ['routes[1].aliases[1]: "claude-*" is there twice']);
  assert.match(faults('a b')[0] ?? '', /^routes\[1\]\.aliases\[0\]: .*\*/);
});

test('every fault is told with its place', () => {
  const faults = faultsOf({
    upstreams: [
      { ...UPSTREAM, baseUrl: 'x' },
      { ...UPSTREAM, key: 'sk-secret' },
    ],
    routes: [
      { ...ROUTE, price: { input: -1, output: 1 }, acces: 'users' },
      { ...ROUTE, capabilities: ['fly'] },
    ],
    default: 'small',
  });
  const places = faults.map((fault) => fault.replace(/: .*/, ''));
  assert.deepEqual(places.toSorted(), [
    'routes[0]',
    'routes[0].price.input',
    'routes[1].capabilities[0]',
    'upstreams[0].baseUrl',
    'upstreams[1]',
  ]);
  assert.ok(!faults.join().includes('sk-secret'));
  assert.match(faultsOf('{"routes": [').join(), /^: not JSON/);
});

test('names that lead nowhere, or stand twice, are faults', () => {
  const two = (second: object) => ({ ...FILE, routes: [ROUTE, { ...ROUTE, id: 'large', ...second }] });
  assert.deepEqual(faultsOf(two({ upstream: 'nowhere' })), [
    'routes[1].upstream: there is no upstream "nowhere"',
  ]);
  assert.deepEqual(faultsOf(two({ fallbacks: ['small', 'large', 'huge'] })), [
    'routes[1].fallbacks[1]: there is no other route "large"',
    'routes[1].fallbacks[2]: there is no other route "huge"',
  ]);
  assert.deepEqual(faultsOf(two({ id: 'SMALL:latest' })), ['routes[1].id: "SMALL:latest" is there twice']);
  assert.deepEqual(faultsOf(two({ id: 'companion' })), [
    'routes[1].id: "companion" is the offline companion',
  ]);
  assert.match(
    faultsOf(two({ contextTokens: 10, maxOutputTokens: 10 })).join(),
    /^routes\[1\].contextTokens/,
  );
  assert.deepEqual(faultsOf({ ...FILE, default: ['small', 'none'] }), [
    'default: there is no chat route "none"',
  ]);
});

test('the key comes from the variable that the file names, and must be one', () => {
  const file = read({ ...FILE, upstreams: [{ ...UPSTREAM, keyVariable: 'HOUSE_KEY' }] });
  assert.equal(modelsOfFile(file, LIMITS, { HOUSE_KEY: ' sk-1\n' }).upstreams[0]?.apiKey, 'sk-1');
  assert.deepEqual(keyFaults(file, { HOUSE_KEY: 'sk-1' }), []);
  for (const [value, found] of [
    [undefined, 'nothing'],
    ['“sk-1”', 'a value that is not shown'],
  ] as const) {
    const [fault] = keyFaults(file, { HOUSE_KEY: value });
    assert.deepEqual([fault?.name, fault?.found], ['HOUSE_KEY', found]);
  }
  assert.match(
    faultsOf({ ...FILE, upstreams: [{ ...UPSTREAM, keyVariable: 'sk-1' }] }).join(),
    /keyVariable/,
  );
});

test('the example of the documents is good', () => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const file = read(JSON.parse(example));
  assert.deepEqual(file.default, ['large', 'small']);
});
