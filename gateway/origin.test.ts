import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLocalName, isLoopback, isOriginAllowed, type OriginRules } from './origin.ts';

const anywhere: OriginRules = { allowed: [], isOwnName: () => true };
const only = (...allowed: string[]): OriginRules => ({ allowed, isOwnName: isLoopback });

test('programs send no Origin and may connect', () => {
  assert.equal(isOriginAllowed(undefined, 'chat.example:8765', anywhere), true);
  assert.equal(isOriginAllowed(undefined, undefined, only('https://chat.example')), true);
});

test('by default a page may connect to where it came from', () => {
  const good: readonly [string, string][] = [
    ['http://localhost:8765', 'localhost:8765'],
    ['http://[::1]:8765', '[::1]:8765'],
    ['http://localhost:8765', '127.0.0.1:8765'],
    ['http://127.0.0.1:8765', 'localhost:8765'],
    ['http://[::1]:8765', 'localhost:8765'],
    ['https://chat.example', 'chat.example'],
    ['https://chat.example', 'chat.example:443'],
    ['http://chat.example', 'CHAT.example:80'],
  ];
  for (const [origin, host] of good) assert.equal(isOriginAllowed(origin, host, anywhere), true, origin);
  const bad: readonly [string, string | undefined][] = [
    ['http://evil.example', 'localhost:8765'],
    ['http://localhost', 'localhost:8765'],
    ['http://localhost:87650', 'localhost:8765'],
    ['http://127.0.0.1:8766', 'localhost:8765'],
    ['http://localhost:8765', 'chat.example:8765'],
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
  for (const [origin, host] of bad) assert.equal(isOriginAllowed(origin, host, anywhere), false, origin);
});

test('the entries of a list may connect besides the own page, and nothing that resembles them', () => {
  const allowed = only('https://chat.example');
  assert.equal(isOriginAllowed('https://chat.example', 'inner:8765', allowed), true);
  for (const origin of ['https://chat.example.evil', 'http://chat.example', 'https://a.chat.example']) {
    assert.equal(isOriginAllowed(origin, 'inner:8765', allowed), false, origin);
  }
  assert.equal(isOriginAllowed('http://localhost:8765', 'localhost:8765', allowed), true);
  assert.equal(isOriginAllowed('http://inner:8765', 'inner:8765', allowed), false);
});

test('where only this machine can connect, a foreign name that leads here may not', () => {
  const own = ['localhost:8765', 'hilo.localhost:8765', '127.0.0.1:8765', '127.1.2.3', '[::1]:8765'];
  for (const host of own) assert.equal(isOriginAllowed(`http://${host}`, host, only()), true, host);
  const foreign = ['evil.example:8765', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1:8765'];
  for (const host of foreign) {
    assert.equal(isOriginAllowed(`http://${host}`, host, only()), false, host);
    assert.equal(isOriginAllowed(`http://${host}`, host, anywhere), true, host);
    assert.equal(isOriginAllowed(`http://${host}`, host, only(`http://${host}`)), true, host);
  }
});

test('a loopback name or address is told from any other', () => {
  for (const host of ['127.0.0.1', 'LOCALHOST', '::1', '[::1]', '127.9.9.9'])
    assert.equal(isLoopback(host), true, host);
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'chat.example', ''])
    assert.equal(isLoopback(host), false, host);
});

test('open to other machines, a gateway knows its names from those of a foreign site', () => {
  for (const host of ['localhost', '192.168.1.2', '[2001:db8::1]', 'hilo', 'box.lan.example', 'BOX.local'])
    assert.equal(isLocalName(host, 'box.lan.example'), true, host);
  for (const host of ['evil.example', 'box.lan.example.evil', 'other.local', '192.168.1.2.evil.example'])
    assert.equal(isLocalName(host, 'box.lan.example'), false, host);
});

test('a Host that is no host is refused, and throws nothing', () => {
  for (const host of ['[', ']', '[::1', ':', ':80', 'a b', 'a:b', 'a:99999', '%', '', '[::1]x', 'xn--\0']) {
    for (const rules of [anywhere, only()]) {
      assert.equal(isOriginAllowed('http://localhost:8765', host, rules), false, host);
    }
  }
});
