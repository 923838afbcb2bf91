import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELP, parseOptions, SCENARIO_NAMES, UsageError } from './options.ts';

test('Each scenario has defaults of its own', () => {
  assert.deepEqual(parseOptions([]), parseOptions(['chat']));
  assert.equal(parseOptions(['chat'])?.clients, 100);
  assert.equal(parseOptions(['chat'])?.messages, 5);
  assert.equal(parseOptions(['idle'])?.clients, 1_000);
  for (const name of SCENARIO_NAMES) assert.equal(parseOptions([name])?.scenario, name);
});

test('What brings its own stub expects echoes; a real server may say anything', () => {
  assert.equal(parseOptions(['chat'])?.expect, 'any');
  assert.equal(parseOptions(['chat', '--self-contained'])?.expect, 'echo');
});

const WRONG: readonly (readonly [args: string[], message: RegExp])[] = [
  [['chatt'], /not "chatt"/],
  [['chat', 'soak'], /"soak" is too much/],
  [['chat', '--clients', '0'], /^--clients must be a whole number from 1/],
  [['chat', '--clients', '1e3'], /--clients/],
  [['chat', '--transport', 'udp'], /^--transport must be one of tcp, json, ws, mixed, not "udp"/],
  [['chat', '--gateway', 'localhost'], /^--gateway must be HOST:PORT/],
  [['chat', '--no-such'], /^Unknown option '--no-such'$/],
  [['chat', '--host', 'chat.example.org'], /is not this machine/],
  [['chat', '--gateway', '10.0.0.1:80'], /is not this machine/],
];
for (const [args, message] of WRONG) {
  test(`Refuses: ${args.join(' ') || '(nothing)'}`, () => {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test('Remote targets need a word', () => {
  const options = parseOptions(['chat', '--host', 'chat.example.org', '--allow-remote']);
  assert.deepEqual(options?.gateway, { host: 'chat.example.org', port: 8765 });
});

test('The help names each scenario and asks for nothing else', () => {
  assert.equal(parseOptions(['--help']), undefined);
  for (const name of SCENARIO_NAMES) assert.match(HELP, new RegExp(`^  ${name} `, 'm'));
});
