import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { EnvironmentError, readEnvironment } from '../../shared/environment.ts';
import { createCosigner } from '../../shared/ledger/cosignature-keys.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { witnessList } from './witness-setting.ts';

const schema = z.object({ WITNESSES: witnessList().default([]) });
const one = createCosigner('witness.test/w1', Buffer.alloc(32, 1)).verifierKey;
const two = createCosigner('witness.test/w2', Buffer.alloc(32, 2)).verifierKey;

function read(text: string) {
  return readEnvironment(schema, { WITNESSES: text }).WITNESSES;
}

function fault(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof EnvironmentError);
    return error.faults.map(({ name, expected }) => `${name}: ${expected}`).join('; ');
  }
  return assert.fail(`${text} was read`);
}

test('witnesses are a URL and a key each', () => {
  assert.deepEqual(read(''), []);
  const pair = [
    { url: 'https://witness.test/one', verifierKey: one },
    { url: 'http://[::1]:8081', verifierKey: two },
  ];
  assert.deepEqual(read(`https://witness.test/one/=${one} , http://[::1]:8081=${two}`), pair);
});

test('faults say what was expected', () => {
  for (const url of [
    '',
    'witness.test',
    'ftp://w.test',
    'https://w.test/?a',
    'https://w.test/#a',
    'https://u:p@w.test',
  ]) {
    assert.match(fault(`${url}=${one}`), /^WITNESSES: witnesses as https:\/\/HOST\/PREFIX=VKEY/);
  }
  assert.match(fault(one), /witnesses as https/);
  const log = createNoteSigner('log.test', Buffer.alloc(32, 1)).verifierKey;
  for (const key of ['', 'x', log, one.replace('w1', 'w3'), one.slice(0, -1), `${one}=`]) {
    assert.match(
      fault(`https://witness.test=${key}`),
      /the key of the witness at https:\/\/witness.test, after/,
    );
  }
  assert.match(fault(`https://a.test=${one},https://b.test=${one}`), /each witness once/);
  const many = Array.from({ length: 16 }, (_, number) => {
    return `https://w.test/${number}=${createCosigner(`w${number}`, Buffer.alloc(32, number)).verifierKey}`;
  });
  assert.equal(read(many.slice(1).join(',')).length, 15);
  assert.match(fault(many.join(',')), /at most 15 witnesses/);
});
