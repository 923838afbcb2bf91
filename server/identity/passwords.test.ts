import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { OWN_TURN } from './password-turns.ts';
import { Passwords } from './passwords.ts';

test('a password matches its own hash alone, whatever form of Unicode it was typed in', async () => {
  const passwords = new Passwords(randomBytes);
  const hash = await passwords.hash('contraseña larga', OWN_TURN);
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.equal(await passwords.matches('contraseña larga', hash, OWN_TURN), true);
  assert.equal(await passwords.matches('contrasen\u0303a larga', hash, OWN_TURN), true);
  assert.equal(await passwords.matches('contraseña larg', hash, OWN_TURN), false);
  assert.notEqual(await passwords.hash('contraseña larga', OWN_TURN), hash, 'another salt');
});

test('a hash that another program made with other parameters is understood', async () => {
  const nonce = Buffer.from('0123456789abcdef');
  const parameters = { message: 'hello', nonce, parallelism: 2, tagLength: 24, memory: 1_024, passes: 3 };
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const hash = `$argon2id$v=19$m=1024,t=3,p=2$${encode(nonce)}$${encode(argon2Sync('argon2id', parameters))}`;
  const passwords = new Passwords(randomBytes);
  assert.equal(await passwords.matches('hello', hash, OWN_TURN), true);
  assert.equal(await passwords.matches('hallo', hash, OWN_TURN), false);
});

test('without a hash, or with one of another kind, no password matches', async () => {
  const passwords = new Passwords(randomBytes);
  for (const hash of [undefined, '', '$2b$10$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=9,t=1,p=1$$']) {
    assert.equal(await passwords.matches('', hash, OWN_TURN), false);
    assert.equal(await passwords.matches('hello', hash, OWN_TURN), false);
  }
});
