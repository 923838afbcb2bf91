import assert from 'node:assert/strict';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { RefreshTokens } from './refresh-tokens.ts';

test('a token is derived: the same claims give the same token, and it gives them back', () => {
  const key = randomBytes(32);
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 2 ** 47 }), (login, generation) => {
      const token = new RefreshTokens(key).issue({ login, generation });
      assert.deepEqual(new RefreshTokens(key).read(token), { login, generation });
      assert.equal(new RefreshTokens(key).issue({ login, generation }), token);
    }),
  );
});

test('a token with one bit changed, of another length or of another key is not ours', () => {
  const tokens = new RefreshTokens(randomBytes(32));
  const token = tokens.issue({ login: randomUUIDv7(), generation: 3 });
  const bytes = Buffer.from(token, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(tokens.read(changed.toString('base64url')), undefined);
  }
  for (const other of ['', 'a', token.slice(1), `${token}A`]) assert.equal(tokens.read(other), undefined);
  assert.equal(new RefreshTokens(randomBytes(32)).read(token), undefined);
});
