/** `./hilo chat` in a real terminal: keys, passwords, the death of the server, other devices. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStub } from '../loadtest/stub-llm.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { freePort, Process, PROCESS_ENVIRONMENT } from './support/processes.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const HILO = join(import.meta.dirname, '../hilo');
const PTY = join(import.meta.dirname, 'support/pseudo-terminal.py');
const LIMITED = { timeout: 60_000 };
const ENTER = '\r';
const TAB = '\t';
const UP = '\x1b[A';
const CTRL_C = '\x03';
const PASSWORD_QUESTION = 'Password (an empty line cancels): ';
const ECHO = { providers: providersOf(new EchoProvider()) };

class TerminalChat implements Disposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;
  #output = '';
  #read = 0;
  #waiting = Promise.withResolvers<void>();

  constructor(port: number, args: readonly string[] = []) {
    const env = { ...PROCESS_ENVIRONMENT, TERM: 'xterm', NO_COLOR: '1' };
    this.#child = spawn('python3', [PTY, HILO, 'chat', '--port', String(port), ...args], { env });
    this.#exited = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#waiting.resolve();
      this.#waiting = Promise.withResolvers();
    });
  }

  static async start(port: number, args: readonly string[] = []): Promise<TerminalChat> {
    const chat = new TerminalChat(port, args);
    await chat.until('> ');
    return chat;
  }

  get output(): string {
    return this.#output;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Reads on until this text; the test's own limit ends the wait. */
  async until(text: string): Promise<void> {
    for (;;) {
      const at = this.#output.indexOf(text, this.#read);
      if (at >= 0) {
        this.#read = at + text.length;
        return;
      }
      const isOver = await Promise.race([this.#waiting.promise, this.#exited.then(() => true)]);
      if (isOver === true) assert.fail(`${text} never came, but:\n${this.#output}`);
    }
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this.#exited;
    return code;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}

test('Tab completes commands, and an arrow key brings back what was typed', LIMITED, async () => {
  await using server = await startTestServer(ECHO);
  using chat = await TerminalChat.start(server.port);
  chat.type(`/whoa${TAB}`);
  await chat.until('/whoami');
  chat.type(ENTER);
  await chat.until('model test-model');
  await chat.until('> ');
  chat.type(UP);
  await chat.until('/whoami');
  chat.type(ENTER);
  await chat.until('model test-model');
  await chat.until('> ');
  chat.type(`/quit${ENTER}`);
  assert.equal(await chat.exitCode(), 0);
});

test('Ctrl-C stops the answer; the second one ends, whatever runs', LIMITED, async () => {
  const provider = new ScriptedProvider();
  await using server = await startTestServer({ providers: providersOf(provider) });
  using chat = await TerminalChat.start(server.port);
  chat.type(`tell me${ENTER}`);
  const first = await provider.next();
  first.say('a long story');
  await chat.until('a long story');
  chat.type(CTRL_C);
  await first.aborted();
  await chat.until('FAIL send cancelled');
  await chat.until('> ');
  chat.type(`again${ENTER}`);
  const second = await provider.next();
  second.say('another story');
  await chat.until('another story');
  chat.type(CTRL_C);
  await second.aborted();
  chat.type(CTRL_C);
  assert.equal(await chat.exitCode(), 0);
});

test('a password is asked for, and is neither shown nor remembered', LIMITED, async () => {
  await using server = await startTestServer(ECHO);
  const { email } = await register(server);
  using chat = await TerminalChat.start(server.port);
  chat.type(`/login ${email}${ENTER}`);
  await chat.until(PASSWORD_QUESTION);
  chat.type(`not this one${ENTER}`);
  await chat.until('FAIL login login_failed');
  await chat.until('> ');
  chat.type(`${UP}${ENTER}`);
  await chat.until(PASSWORD_QUESTION);
  chat.type(`${PASSWORD}${ENTER}`);
  await chat.until(`Signed in: ${email}`);
  await chat.until('> ');
  chat.type(`/me${ENTER}`);
  await chat.until(`${email} · user`);
  await chat.until('> ');
  chat.type(`/logout${ENTER}`);
  await chat.until('> ');
  chat.type(`/me${ENTER}`);
  await chat.until('FAIL me auth_required');
  assert.equal(chat.output.includes(PASSWORD), false);
  chat.type(`/login ${email}${ENTER}`);
  await chat.until(PASSWORD_QUESTION);
  chat.type(CTRL_C);
  await chat.until('-- Cancelled');
  await chat.until('> ');
  chat.type(`/login ${email}${ENTER}`);
  await chat.until(PASSWORD_QUESTION);
  chat.type(ENTER);
  await chat.until('-- Cancelled');
  await chat.until('> ');
  chat.type(`still here${ENTER}`);
  await chat.until('echo: still here');
});

test('a person is greeted, and told how to sign in where guests may not chat', LIMITED, async () => {
  await using open = await startTestServer(ECHO);
  using guest = await TerminalChat.start(open.port);
  assert.match(guest.output, /-- You are a guest here\. .*\/login EMAIL .*\/help /);
  const person = await register(open);
  using owner = await connectAs(open, person);
  const { key } = await owner.call('keys.create', { name: 'terminal' });
  using known = await TerminalChat.start(open.port, ['--key', String(key)]);
  assert.match(known.output, /-- Signed in\. /);
  known.type(`/password${ENTER}`);
  await known.until('FAIL password key_not_enough: ');
  await using closed = await startTestServer({
    ...ECHO,
    environment: { ALLOW_ANONYMOUS: 'false', ALLOW_SIGNUP: 'false' },
  });
  using visitor = await TerminalChat.start(closed.port);
  assert.match(visitor.output, /-- To chat here, sign in: \/login EMAIL\. With an invitation: \/join/);
});

test('what is said on another device appears above what is being typed', LIMITED, async () => {
  const provider = new ScriptedProvider();
  await using server = await startTestServer({ providers: providersOf(provider) });
  const person = await register(server);
  using other = await connectAs(server, person);
  const { key } = await other.call('keys.create', { name: 'terminal' });
  using chat = await TerminalChat.start(server.port, ['--key', String(key)]);
  chat.type(`begin${ENTER}`);
  const begun = await provider.next();
  begun.say('begun');
  begun.end();
  await chat.until('begun');
  await chat.until('> ');
  const [conversation] = (await other.call('conversations.list'))['conversations'] as { id: string }[];
  await other.call('conversations.open', { conversation: conversation?.id });
  chat.type('half a li');
  await chat.until('half a li');
  const id = other.send('chat.send', { text: 'from my phone' });
  const call = await provider.next();
  call.say('for ');
  await chat.until('-- from another of your sessions:');
  await chat.until('from my phone');
  await chat.until('for ');
  call.say('both');
  call.end();
  await other.response(id);
  await chat.until('both');
  await chat.until('half a li');
  chat.type(`ne${ENTER}`);
  const last = await provider.next();
  assert.deepEqual(
    last.request.messages.filter(({ role }) => role === 'user').map(({ content }) => content),
    ['begin', 'from my phone', 'half a line'],
  );
  last.end();
});

test('an answer that dies with the server is given again when it is back, once', LIMITED, async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-terminal-'));
  context.after(() => rm(dataDir, { recursive: true }));
  const stub = await startStub({ tokens: 30, tokensPerSecond: 20 });
  context.after(() => stub.close());
  const port = await freePort();
  const environment = {
    APP_PORT: String(port),
    APP_PROXY_PORT: '0',
    METRICS_PORT: '0',
    DATA_DIR: dataDir,
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
  };
  let server = await Process.start('server/main.ts', environment);
  using chat = await TerminalChat.start(port);
  try {
    stub.configure({ tokensPerSecond: 1_000 });
    chat.type(`the first${ENTER}`);
    await chat.until('echo: the first');
    await chat.until('> ');
    stub.configure({ tokensPerSecond: 20 });
    chat.type(`the second${ENTER}`);
    await chat.until('echo: the second');
    await server.exit('SIGKILL');
    await chat.until('-- No connection');
    stub.configure({ tokensPerSecond: 1_000 });
    server = await Process.start('server/main.ts', environment);
    await chat.until('-- Connected again; the conversation goes on');
    await chat.until('-- The answer was lost');
    await chat.until('echo: the second');
    await chat.until('> ');
    chat.type(`/history${ENTER}`);
    await chat.until('the first');
    await chat.until('the second');
    await chat.until('> ');
    const history = chat.output.slice(chat.output.lastIndexOf('/history'));
    assert.equal(history.match(/echo: the first/g)?.length, 1);
    assert.equal(history.match(/echo: the second/g)?.length, 1);
    await server.exit('SIGTERM');
    chat.type(CTRL_C);
    assert.equal(await chat.exitCode(), 0);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});
