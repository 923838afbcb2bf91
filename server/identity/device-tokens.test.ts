/** The token by which a device is known at the next login. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { DeviceTokens } from './device-tokens.ts';

const KEY = 'k'.repeat(43);

test('a token names its device, for its user and with its key alone', () => {
  const tokens = new DeviceTokens(KEY, randomBytes);
  const token = tokens.issue('ana');
  const device = tokens.read('ana', token);
  assert.equal(device?.length, 22);
  assert.notEqual(tokens.read('ana', tokens.issue('ana')), device, 'another device');
  assert.equal(tokens.read('eva', token), undefined);
  assert.equal(tokens.read('', token), undefined);
  assert.equal(new DeviceTokens('x'.repeat(43), randomBytes).read('ana', token), undefined);
});

test('what was changed, cut or written in another way is not one of ours', () => {
  const tokens = new DeviceTokens(KEY, randomBytes);
  const token = tokens.issue('ana');
  const bytes = Buffer.from(token, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(tokens.read('ana', changed.toString('base64url')), undefined);
  }
  for (const other of ['', token.slice(0, -1), `${token}A`, `${token}=`, ` ${token}`]) {
    assert.equal(tokens.read('ana', other), undefined, other);
  }
});
