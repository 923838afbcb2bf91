import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCommand } from './text-command.ts';

const SEED = 20_261_124;

function named(line: string) {
  const command = parseCommand(line, 'en');
  return command.type === 'operation' ? [command.name, command.input] : [command.type];
}

test('a line is a message, // begins one with a slash', () => {
  assert.deepEqual(named('hola'), ['chat.send', { text: 'hola' }]);
  assert.deepEqual(named('  indented'), ['chat.send', { text: '  indented' }]);
  assert.deepEqual(named('  //etc'), ['chat.send', { text: '  /etc' }]);
  assert.deepEqual(named('//etc'), ['chat.send', { text: '/etc' }]);
  assert.deepEqual(named('///'), ['chat.send', { text: '//' }]);
});

test('a command in any case, its words as input', () => {
  assert.deepEqual(named('/LANG  es '), ['session.locale', { locale: 'es' }]);
  assert.deepEqual(named('/lang EN'), ['session.locale', { locale: 'en' }]);
  assert.deepEqual(named('/login Key'), ['session.authenticate', { key: 'Key' }]);
  assert.deepEqual(named('/history'), ['chat.history', {}]);
  assert.deepEqual(named(' \t/history'), ['chat.history', {}]);
  assert.deepEqual(named('/paste'), ['paste']);
  assert.deepEqual(named('/quit'), ['quit']);
  assert.deepEqual(named('/send a b  c'), ['chat.send', { text: 'a b c' }]);
});

test('[J-6] only a decimal word becomes a number, and only where one is wanted', () => {
  assert.deepEqual(named('/history 3'), ['chat.history', { limit: 3 }]);
  assert.deepEqual(named('/statement 5 -1'), ['credits.statement', { limit: 5, before: -1 }]);
  for (const word of ['0x1', '1e3', '1_0', '+1', '.5', 'true', '٣']) {
    assert.deepEqual(named(`/receipt ${word}`), ['ledger.receipt', { index: word }]);
  }
  assert.deepEqual(named('/erase 7'), ['ledger.erase', { exchange: 7 }]);
  assert.deepEqual(named('/erase all'), ['ledger.erase', { exchange: 'all' }]);
  assert.deepEqual(named('/grant 12 5'), ['credits.grant', { account: '12', amount: 5 }]);
});

test('[T-8] /login tells an e-mail from a key; a password is asked for, not part of the command', () => {
  const asked = parseCommand('/login ana@example.org', 'en');
  assert.ok(asked.type === 'operation');
  assert.deepEqual([asked.name, asked.input], ['auth.login', { email: 'ana@example.org' }]);
  assert.deepEqual(
    asked.secrets?.map(({ name }) => name),
    ['password'],
  );
  const key = parseCommand('/login hilo_key', 'en');
  assert.ok(key.type === 'operation' && key.name === 'session.authenticate' && !key.secrets);
  assert.deepEqual(named('/register ana@example.org Ana  María'), [
    'auth.register',
    { email: 'ana@example.org', name: 'Ana María' },
  ]);
  const misused = parseCommand('/login ana@example.org password', 'en');
  assert.ok(misused.type === 'fault');
  assert.equal(misused.error.values['detail'], 'Usage: /login <email> · /login <key>');
});

test('what is no command, and what has too few words or too many', () => {
  for (const [line, word, key] of [
    ['/nothing', 'nothing', 'unknown_operation'],
    ['/', '/', 'unknown_operation'],
    ['/constructor', 'constructor', 'unknown_operation'],
    ['/lang es en', 'lang', 'invalid_params'],
    ['/lang', 'lang', 'invalid_params'],
    ['/login', 'login', 'invalid_params'],
    ['/grant account', 'grant', 'invalid_params'],
    ['/paste x', 'paste', 'invalid_params'],
    ['/quit now', 'quit', 'invalid_params'],
  ] as const) {
    const command = parseCommand(line, 'en');
    assert.ok(command.type === 'fault');
    assert.deepEqual([command.command, command.error.key], [word, key]);
  }
});

test('an unknown word is said back in short', () => {
  const command = parseCommand(`/${'x'.repeat(4_000)}`, 'en');
  assert.ok(command.type === 'fault');
  assert.equal(command.command, `${'x'.repeat(64)}…`);
  assert.equal(command.error.values['name'], `/${'x'.repeat(64)}…`);
});

test(`no line throws (seed ${SEED})`, () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    parseCommand(text, 'es');
    parseCommand(`/${text}`, 'en');
  });
  fc.assert(property, { seed: SEED });
});
