import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import {
  choice,
  cidrList,
  databaseUrl,
  decimal,
  EnvironmentError,
  flag,
  host,
  httpUrl,
  integer,
  json,
  key,
  list,
  locale,
  ollamaUrl,
  path,
  port,
  readEnvironment,
  seconds,
  text,
  type EnvironmentFault,
} from './environment.ts';

function faultsOf(schema: z.ZodObject, environment: Record<string, string>): readonly EnvironmentFault[] {
  try {
    readEnvironment(schema, environment);
  } catch (error) {
    assert.ok(error instanceof EnvironmentError);
    return error.faults;
  }
  return [];
}

function accepts(piece: z.ZodType, value: string): unknown {
  return readEnvironment(z.object({ X: piece }), { X: value })['X'];
}

function refuses(piece: z.ZodType, ...values: string[]): void {
  for (const value of values) assert.equal(faultsOf(z.object({ X: piece }), { X: value }).length, 1, value);
}

const long = (piece: z.ZodType): z.ZodType => piece.refine(() => false, 'a longer text');

test('values are parsed, defaults stand in for what is unset or empty', () => {
  const schema = z.object({
    WS_PORT: port().default(8765),
    TCP_PORT: port().default(5001),
    LOG_CONTENT: flag().default(false),
    NAME: text().optional(),
  });
  const config = readEnvironment(schema, { WS_PORT: ' 80 ', TCP_PORT: '', NAME: '  ', OTHER: 'x' });
  assert.deepEqual(config, { WS_PORT: 80, TCP_PORT: 5001, LOG_CONTENT: false });
});

test('all faults are told at once, in the order of the schema, with what was expected and found', () => {
  const schema = z.object({
    APP_PORT: port(),
    DATA_DIR: text(),
    LLM_PROVIDER: choice(['auto', 'ollama']),
    PEERS: cidrList(),
  });
  const found = { LLM_PROVIDER: 'gpt', APP_PORT: '70000', PEERS: '10.0.0.0/8, nonsense, worse' };
  assert.deepEqual(faultsOf(schema, found), [
    { name: 'APP_PORT', expected: 'a whole number from 0 to 65535', found: '"70000"' },
    { name: 'DATA_DIR', expected: 'a text', found: 'nothing' },
    { name: 'LLM_PROVIDER', expected: 'one of auto, ollama', found: '"gpt"' },
    {
      name: 'PEERS',
      expected: 'an IP address or a range such as 10.0.0.0/8',
      found: '"10.0.0.0/8, nonsense, worse"',
    },
  ]);
  assert.throws(
    () => readEnvironment(schema, found),
    /^EnvironmentError: The configuration has faults:\n {2}APP_PORT: expected .*\n {2}DATA_DIR: /,
  );
});

test('secrets are never shown', () => {
  const schema = z.object({
    OPENAI_API_KEY: long(text()),
    PASSPHRASE: long(key()),
    OPTIONAL: long(key()).optional(),
    DATABASE_URL: long(text()),
  });
  const report = faultsOf(schema, {
    OPENAI_API_KEY: 'hush-1',
    PASSPHRASE: 'hush-2',
    OPTIONAL: 'hush-3',
    DATABASE_URL: 'postgres://user:hush-4@db/hilo',
  });
  assert.equal(report.length, 4);
  assert.doesNotMatch(JSON.stringify(report), /hush/);
  assert.match(JSON.stringify(report), /a value that is not shown/);
});

test('a key is one that an HTTP header can carry', () => {
  assert.equal(accepts(key(), ' sk-ab#cd== '), 'sk-ab#cd==');
  refuses(key(), '“sk-ab”', 'sk-ab\ncd', 'sk ab', 'sk-áb');
});

test('the settings are frozen through and through', () => {
  const schema = z.object({ LIST: list(json(z.array(z.number()))) });
  const config = readEnvironment(schema, { LIST: '[1],[2]' });
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.LIST) && Object.isFrozen(config.LIST[0]));
});

test('numbers', () => {
  assert.equal(accepts(integer(-5, 5), '-5'), -5);
  refuses(integer(-5, 5), '6', '1.5', '1e0', '0x1', 'NaN', '9'.repeat(400));
  assert.equal(accepts(decimal(0, 2), '.5'), 0.5);
  assert.equal(accepts(decimal(0, 2), '2'), 2);
  refuses(decimal(0, 2), '2.1', '1e-3', '.', 'x');
  assert.equal(accepts(seconds(0.1, 60), '0.25'), 0.25);
  refuses(seconds(0.1, 60), '0', '61', '1s', '-1');
  assert.equal(accepts(port(), '0'), 0);
  refuses(port(), '-1', '65536', 'http');
});

test('flags and choices', () => {
  assert.deepEqual(
    ['true', 'FALSE', '1', '0'].map((value) => accepts(flag(), value)),
    [true, false, true, false],
  );
  refuses(flag(), 'yes', 'constructor');
  assert.equal(accepts(choice(['auto', 'ollama']), 'Ollama'), 'ollama');
  refuses(choice(['a', 'b']), 'c');
});

test('hosts and URLs', () => {
  for (const name of [
    'localhost',
    '127.0.0.1',
    '::1',
    'a-b.example.org',
    'ollama',
    '0.0.0.0',
    'my_service',
  ]) {
    assert.equal(accepts(host(), name), name);
  }
  refuses(host(), 'http://x', 'a:80', '10.0.0.0/8', '1.2.3', '-a', 'a..b', 'a b', 'x'.repeat(300));
  assert.equal(accepts(httpUrl(), 'http://127.0.0.1:11434/'), 'http://127.0.0.1:11434');
  refuses(httpUrl(), '127.0.0.1:11434', 'ftp://x', 'http://');
});

test('a language, as people and as systems name it', () => {
  for (const text of ['es', 'ES', 'es_ES.UTF-8', 'es-AR', 'es.utf8', 'es@euro']) {
    assert.equal(accepts(locale(), text), 'es');
  }
  assert.deepEqual([accepts(locale(), 'C.UTF-8'), accepts(locale(), 'POSIX')], ['en', 'en']);
  refuses(locale(), 'fr_FR.UTF-8', 'est', '_es', 'constructor');
});

test("every form of Ollama's own OLLAMA_HOST", () => {
  for (const [given, url] of [
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['127.0.0.1:11434', 'http://127.0.0.1:11434'],
    ['localhost', 'http://localhost:11434'],
    ['ollama:8080', 'http://ollama:8080'],
    [':1234', 'http://127.0.0.1:1234'],
    ['[::1]:11434', 'http://[::1]:11434'],
    ['[::]', 'http://[::1]:11434'],
    ['http://gpu.example.org', 'http://gpu.example.org'],
    ['http://0.0.0.0:11434/', 'http://127.0.0.1:11434'],
    ['https://example.org/ollama/', 'https://example.org/ollama'],
    ['box/ollama', 'http://box:11434/ollama'],
  ] as const) {
    assert.equal(accepts(ollamaUrl(), given), url, given);
  }
  refuses(ollamaUrl(), 'ftp://x', 'http://', 'a b', 'x:99999', 'x:y');
});

test('paths in the home folder, and database URLs', () => {
  assert.deepEqual([accepts(path(), '~/x'), accepts(path(), '~')], [join(homedir(), 'x'), homedir()]);
  assert.deepEqual([accepts(path(), './~/x'), accepts(path(), '~x')], ['./~/x', '~x']);
  const url = 'postgres://u:p@db/hilo';
  assert.equal(accepts(databaseUrl(), url), url);
  refuses(databaseUrl(), 'postgres://db', 'mysql://db/hilo', 'db/hilo');
});

test('lists', () => {
  assert.deepEqual(accepts(list(integer(1, 9)), '1, 2,,3'), [1, 2, 3]);
  refuses(list(integer(1, 9)), '1,10');
  const peers = readEnvironment(z.object({ P: cidrList().prefault('') }), { P: '10.0.0.0/8,::1' }).P;
  assert.ok(peers.has('::ffff:10.9.9.9') && peers.has('::1') && !peers.has('::2'));
});
