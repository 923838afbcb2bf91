/** The programs that people have: `nc` and `telnet` of Debian, on a running server. [P-5] [P-6] [T-4] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Program } from './support/program.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

test('nc: a line in, the answer out, and the end', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using nc = new Program('nc', ['-N', '127.0.0.1', String(server.port)]);
  nc.type('hello');
  nc.end();
  assert.match(await nc.rest(), /\necho: hello\n-- Usuario-\d+:m1 · test-model\n$/);
});

test('nc: the greeting names /paste, for several lines', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using nc = new Program('nc', ['127.0.0.1', String(server.port)]);
  await nc.until(/\/paste takes several lines.*\n.*\/lang es\n/);
  nc.type('/paste\none\n..\n\ntwo\n.\n');
  assert.match(await nc.until(/-- .*\n/), /\necho: one\n\.\n\ntwo\n-- Usuario-\d+:m1 /);
});

test('telnet: a line in, the answer out', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using telnet = new Program('telnet', ['127.0.0.1', String(server.port)]);
  await telnet.until(/connected\.[^]*\/lang es\r?\n/);
  telnet.type('hello señor\n');
  assert.match(await telnet.until(/-- .*\n/), /echo: hello señor\r?\n-- Usuario-\d+:m1 · test-model/);
});
