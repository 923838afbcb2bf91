/** `./hilo chat`, driven through a pipe, with a running server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connectAs, register } from './support/people.ts';
import { freePort, PROCESS_ENVIRONMENT } from './support/processes.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const HILO = join(import.meta.dirname, '../hilo');
const LIMITED = { timeout: 60_000 };

async function chat(port: number, input: string, args: readonly string[] = []) {
  const child = spawn(HILO, ['chat', '--port', String(port), ...args], { env: PROCESS_ENVIRONMENT });
  child.stdin.end(input);
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const [out, err] = await outputs;
  return { code, out, err };
}

test('messages and commands, in order, without colours in a pipe', LIMITED, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  const paste = '/paste\nfirst line\n..\n/ping\n.\n';
  const login = '/login nobody@example.org\nnot a password\n';
  const input = `hello **you**\n/ping\n/nothing\n${login}//slash\n${paste}/quit\nnever\n`;
  const { code, out, err } = await chat(server.port, input);
  const [answer, status, pong, fail, refused, second, , ...pasted] = out
    .split('\n')
    .filter((line) => line !== '');
  assert.equal(answer, 'echo: hello **you**');
  assert.match(status ?? '', /^-- Usuario-\d+:m1 · test-model/);
  assert.match(pong ?? '', /^pong /);
  assert.match(fail ?? '', /^FAIL nothing unknown_operation: /);
  assert.match(refused ?? '', /^FAIL login login_failed: /);
  assert.equal(second, 'echo: /slash');
  assert.deepEqual(pasted.slice(0, 3), ['echo: first line', '.', '/ping']);
  assert.equal(out.includes('never'), false);
  assert.match(err, /^-- Write or paste your text; /);
  assert.equal(code, 0);
});

test(
  'a key from a file signs in; a wrong one does not; without a server it ends',
  LIMITED,
  async (context) => {
    await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
    const person = await register(server);
    using owner = await connectAs(server, person);
    const { key } = await owner.call('keys.create', { name: 'terminal' });
    const folder = await mkdtemp(join(tmpdir(), 'hilo-chat-'));
    context.after(() => rm(folder, { recursive: true }));
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, `${String(key)}\n`);
    const signedIn = await chat(server.port, '/me\n', ['--key-file', keyFile]);
    assert.equal(signedIn.out.trim(), `${person.email} · user`);
    await writeFile(keyFile, 'hilo_wrong');
    const refused = await chat(server.port, '/me\n', ['--key-file', keyFile]);
    assert.deepEqual([refused.code, refused.out.startsWith('FAIL login auth_failed')], [1, true]);
    const nobody = await chat(await freePort(), 'hello\n');
    assert.deepEqual([nobody.code, nobody.out], [1, '']);
  },
);

test(
  '/attach sends a file with the next message, and says what is wrong with others',
  LIMITED,
  async (context) => {
    await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
    const folder = await mkdtemp(join(tmpdir(), 'hilo-chat-'));
    context.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'two words.txt');
    // More than one piece of a guest.
    await writeFile(file, 'The heron is grey. '.repeat(5_000));
    const { out, err } = await chat(
      server.port,
      `/attach ${file}\n/attach ${folder}/none\nWhich colour?\nand now?\n`,
    );
    assert.match(err, /^-- With the next message: two words\.txt$/m);
    assert.match(err, /^-- .*none cannot be read$/m);
    const lines = out.split('\n').filter((line) => line.startsWith('-- with'));
    assert.deepEqual(lines, ['-- with two words.txt (text, only the beginning was sent)']);
  },
);

test('what is refused anyway asks for no password, and a piped password is no message', LIMITED, async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ALLOW_SIGNUP: 'false' },
  });
  const input = '/register ana@example.org\na long sentence\n/password\nold\nnew\nhello\n';
  const { out, err } = await chat(server.port, input);
  const [register, change, answer] = out.split('\n').filter((line) => line !== '');
  assert.match(register ?? '', /^FAIL register sign_up_closed: /);
  assert.match(change ?? '', /^FAIL password auth_required: /);
  assert.equal(answer, 'echo: hello');
  assert.equal(err, '');
});

test('conversations are named by number, by the beginning of an id and as `.`', LIMITED, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  const begin = 'first one\n/new\nsecond one\n/conversations\n';
  const { out } = await chat(
    server.port,
    `${begin}/rename . Newest\n/rename 2 Oldest\n/conversations\n/quit\n`,
  );
  const list = out.slice(out.lastIndexOf('  1  '));
  assert.match(list, /^ {2}1 .*Newest.*\n {2}2 .*Oldest/, out);
  const opened = await chat(server.port, `${begin}/open 2\n/export .\n/close 1\n/delete 1\n/open 7\n`);
  assert.match(opened.out, /echo: first one/);
  assert.equal(opened.out.match(/not_found/g)?.length, 1, opened.out);
  assert.match(opened.out, /FAIL open not_found/);
});
