import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteAliases } from './route-aliases.ts';

const ALIASES = new RouteAliases([
  { id: 'large', aliases: ['claude-*', 'gpt-5'] },
  { id: 'small', aliases: ['claude-*haiku*', '*-mini'] },
  { id: 'plain' },
]);

test('an alias leads to its route, in any form of its name', () => {
  assert.equal(ALIASES.idOf('gpt-5'), 'large');
  assert.equal(ALIASES.idOf('GPT-5:latest'), 'large');
  assert.equal(ALIASES.idOf('gpt-5-codex'), undefined);
  assert.equal(ALIASES.idOf('plain'), undefined);
});

test('a star stands for anything, and the longest pattern says', () => {
  assert.equal(ALIASES.idOf('claude-sonnet-4-5-20250929'), 'large');
  assert.equal(ALIASES.idOf('claude-haiku-4-5'), 'small');
  assert.equal(ALIASES.idOf('claude-3-5-haiku-20241022'), 'small');
  assert.equal(ALIASES.idOf('gpt-5-mini'), 'small');
  assert.equal(ALIASES.idOf('claude-'), 'large');
  assert.equal(ALIASES.idOf('claude'), undefined);
  assert.equal(ALIASES.idOf('-mini'), 'small');
  assert.equal(ALIASES.idOf('mini'), undefined);
});

test('start and end of a pattern do not share characters of a name', () => {
  const aliases = new RouteAliases([{ id: 'one', aliases: ['ab*ba', 'x*yy*y'] }]);
  assert.equal(aliases.idOf('aba'), undefined);
  assert.equal(aliases.idOf('abba'), 'one');
  assert.equal(aliases.idOf('xyy'), undefined);
  assert.equal(aliases.idOf('xyyy'), 'one');
});
