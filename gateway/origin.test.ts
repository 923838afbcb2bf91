import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOriginAllowed } from './origin.ts';

test('programs send no Origin and may connect', () => {
  assert.equal(isOriginAllowed(undefined, 'chat.example:8765', []), true);
  assert.equal(isOriginAllowed(undefined, undefined, ['https://chat.example']), true);
});

test('by default a page may connect to where it came from', () => {
  const good: readonly [string, string][] = [
    ['http://localhost:8765', 'localhost:8765'],
    ['http://[::1]:8765', '[::1]:8765'],
    ['https://chat.example', 'chat.example'],
    ['https://chat.example', 'chat.example:443'],
    ['http://chat.example', 'CHAT.example:80'],
  ];
  for (const [origin, host] of good) assert.equal(isOriginAllowed(origin, host, []), true, origin);
  const bad: readonly [string, string | undefined][] = [
    ['http://evil.example', 'localhost:8765'],
    ['http://localhost', 'localhost:8765'],
    ['http://localhost:87650', 'localhost:8765'],
    ['http://localhost:8765.evil.example', 'localhost:8765'],
    ['http://evil.example', 'evil.example@localhost'],
    ['http://evil.example', 'evil.example/localhost'],
    ['http://localhost:8765/', 'localhost:8765'],
    ['http://localhost:8765', undefined],
    ['https://chat.example', 'chat.example:80'],
    ['null', 'localhost:8765'],
    ['', 'localhost:8765'],
    ['file://', 'localhost:8765'],
  ];
  for (const [origin, host] of bad) assert.equal(isOriginAllowed(origin, host, []), false, origin);
});

test('with a list only its entries may connect', () => {
  const allowed = ['https://chat.example'];
  assert.equal(isOriginAllowed('https://chat.example', 'inner:8765', allowed), true);
  for (const origin of ['https://chat.example.evil', 'http://chat.example', 'https://a.chat.example']) {
    assert.equal(isOriginAllowed(origin, 'inner:8765', allowed), false, origin);
  }
  assert.equal(isOriginAllowed('http://inner:8765', 'inner:8765', allowed), false);
});
