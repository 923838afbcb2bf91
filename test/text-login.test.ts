/** People who sign in on the text face of a running server. [T-8] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type Clock } from '../shared/clock.ts';
import { LineClient } from './support/line-client.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const EMAIL = 'ana@example.org';
const QUESTION = 'cancels):\n';

function start(environment: Record<string, string> = {}, clock?: Clock) {
  return startTestServer({
    environment: { HILO_LOCALE: 'en', ...environment },
    providers: providersOf(new EchoProvider()),
    ...(clock && { clock }),
  });
}

async function open(server: { port: number }): Promise<LineClient> {
  const client = await LineClient.open(server.port);
  await client.until('/lang es\n');
  return client;
}

test('registering, leaving, and signing in again with the password', async () => {
  await using server = await start();
  {
    using client = await open(server);
    client.send(`/register ${EMAIL} Ana María\n`);
    await client.until(QUESTION);
    client.send(`${PASSWORD}\n/me\n`);
    assert.equal(await client.line(), `Your account is made, and you are signed in: ${EMAIL}`);
    assert.equal(await client.line(), `Ana María · ${EMAIL} · user`);
    client.send('/quit\n');
    await client.rest();
    assert.ok(!client.received.includes(PASSWORD));
  }
  using client = await open(server);
  client.send('/me\n');
  assert.match(await client.line(), /^FAIL me auth_required/);
  client.send(`/login ${EMAIL}\n`);
  await client.until(QUESTION);
  client.send('not the password\n');
  assert.match(await client.line(), /^FAIL login login_failed/);
  client.send(`/login ${EMAIL}\n${PASSWORD}\n/me\n`);
  await client.until(QUESTION);
  assert.equal(await client.line(), `Signed in: ${EMAIL}`);
  assert.match(await client.line(), /^Ana María/);
  // No password was a message.
  client.send('hello\n');
  await client.line();
  assert.match(await client.line(), /^-- Usuario-\d+:m1 /);
});

test('a new password, and the account erased with it', async () => {
  await using server = await start();
  const { email } = await register(server);
  using client = await open(server);
  client.send(`/login ${email}\n${PASSWORD}\n/password\n${PASSWORD}\nanother sentence\n`);
  await client.until('Password changed.\n');
  client.send(`/erase-account\n${PASSWORD}\n`);
  await client.until('FAIL erase-account password_wrong');
  client.send('/erase-account\nanother sentence\n');
  await client.until('Your account is erased.\n');
  client.send(`/login ${email}\nanother sentence\n`);
  await client.until('FAIL login login_failed');
});

test('from another machine no password is taken, and what came with the command is no message', async () => {
  // The address that the PROXY header names is the client's.
  await using server = await start({ PROXY_PROTOCOL_FROM: '127.0.0.1' });
  using client = await LineClient.open(server.port);
  const header = 'PROXY TCP4 192.0.2.7 127.0.0.1 40000 5001\r\n';
  client.send(`${header}/lang en\n/register ${EMAIL}\n${PASSWORD}\n/login hilo_x\nhello\n`);
  await client.until('English from here on.\n');
  assert.match(await client.line(), /^FAIL register plain_login: /);
  assert.match(await client.line(), /^FAIL login auth_failed/);
  assert.equal(await client.line(), 'echo: hello');
  assert.match(await client.line(), /:m1 /);
});

test('nor is one in a JSON line, unless the line says whose connection it really is', async () => {
  await using server = await start({ PROXY_PROTOCOL_FROM: '127.0.0.1' });
  for (const [address, reason] of [
    ['192.0.2.7', 'plain_login'],
    ['127.0.0.1', 'login_failed'],
  ] as const) {
    using client = await LineClient.open(server.port);
    const params = { email: EMAIL, password: PASSWORD };
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'auth.login', params });
    client.send(`PROXY TCP4 ${address} 127.0.0.1 40000 5001\r\n${line}\n`);
    const { error } = JSON.parse(await client.line()) as { error: { data: { reason: string } } };
    assert.equal(error.data.reason, reason);
  }
});

test('a guest who registers goes on in the same conversation', async () => {
  await using server = await start();
  using client = await open(server);
  client.send('remember this\n');
  assert.equal(await client.line(), 'echo: remember this');
  await client.line();
  client.send(`/register ada@example.org\n`);
  await client.until(QUESTION);
  client.send(`${PASSWORD}\n`);
  await client.until('you are signed in: ada@example.org');
  await client.line();
  client.send('/regenerate\n');
  await client.until('echo: remember this');
});

test('what would be refused anyway is refused before a password is asked for', async () => {
  await using server = await start({ ALLOW_SIGNUP: 'false' });
  await using signUp = await start();
  using client = await open(server);
  client.send(`/register ${EMAIL}\n`);
  assert.match(await client.line(), /^FAIL register sign_up_closed: /);
  client.send('/register nobody\n');
  assert.equal(
    await client.line(),
    'FAIL register invalid_params: email: must be an e-mail address, such as ana@example.org',
  );
  client.send('/reset no-such-token\n');
  assert.match(await client.line(), /^FAIL reset reset_failed: /);
  client.send(`/password\nold\nnew\n/erase-account\n${PASSWORD}\nhello\n`);
  assert.match(await client.line(), /^FAIL password auth_required: /);
  assert.match(await client.line(), /^FAIL erase-account auth_required: /);
  assert.equal(await client.line(), 'echo: hello');
  const person = await register(signUp);
  using owner = await connectAs(signUp, person);
  const { key } = await owner.call('keys.create', { name: 'terminal' });
  using program = await open(signUp);
  program.send(`/login ${String(key)}\n`);
  await program.line();
  for (const command of ['password', 'erase-account', 'end-login']) {
    program.send(`/${command}\n`);
    assert.match(await program.line(), new RegExp(`^FAIL ${command} key_not_enough: An API key cannot`));
  }
});

test('a password that comes after its command was refused becomes no message', async () => {
  let passedMs = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs };
  await using server = await start({ ALLOW_SIGNUP: 'false' }, clock);
  using client = await open(server);
  const isDropped = async (line: string) => {
    client.send(`${line}\n`);
    assert.match(await client.line(), /^-- Not sent: after a refused command/);
  };
  client.send('/password\n');
  assert.match(await client.line(), /^FAIL password auth_required: /);
  await isDropped('old sentence');
  await isDropped('new sentence');
  client.send('hello\n');
  assert.equal(await client.line(), 'echo: hello');
  await client.line();
  client.send('/password\nold sentence\n');
  assert.match(await client.line(), /^FAIL password auth_required: /);
  await isDropped('new sentence');
  client.send('/login a b c\n');
  assert.match(await client.line(), /^FAIL login invalid_params: /);
  await isDropped(PASSWORD);
  client.send(`/login ${EMAIL.replace('@', '')}\n`);
  assert.match(await client.line(), /^FAIL login auth_failed: /);
  await isDropped(PASSWORD);
  client.send(`/register ${EMAIL}\n`);
  assert.match(await client.line(), /^FAIL register sign_up_closed: /);
  client.send('/me\n');
  assert.match(await client.line(), /^FAIL me auth_required/);
  client.send('a message after a command\n');
  assert.equal(await client.line(), 'echo: a message after a command');
  await client.line();
  client.send('/password\n');
  await client.line();
  passedMs += 10_000;
  client.send('a message some time later\n');
  assert.equal(await client.line(), 'echo: a message some time later');
});

test('the second password after a first one that cannot be read is no message', async () => {
  await using server = await start();
  const { email } = await register(server);
  using client = await open(server);
  client.send(`/login ${email}\n${PASSWORD}\n/password\n`);
  await client.until(QUESTION);
  await client.until(QUESTION);
  client.send(Buffer.from([0xc3, 0x28, 0x0a]));
  await client.until('FAIL * invalid_utf8');
  client.send('new sentence\n');
  await client.until('-- Not sent: ');
});

test('a line that cannot be read cancels a question, also before it is asked', async () => {
  await using server = await start();
  using client = await open(server);
  client.send(
    Buffer.concat([Buffer.from(`/login ${EMAIL}\n`), Buffer.from([0xc3, 0x28]), Buffer.from('\nhi\n')]),
  );
  await client.until('-- Cancelled\n');
  assert.match(await client.line(), /^FAIL \* invalid_utf8: /);
  assert.equal(await client.line(), 'echo: hi');
});

test('a server without guests says in its greeting how to come in, in both languages', async () => {
  const greetings = [
    [{}, /^To chat here, sign in: \/login EMAIL, .* \/register EMAIL makes/],
    [{ ALLOW_SIGNUP: 'false' }, /^To chat here, sign in: \/login EMAIL, .*\/join TOKEN EMAIL/],
    [{ HILO_LOCALE: 'es' }, /^Para conversar aquí, inicia sesión: \/login CORREO, .*\/register CORREO crea/],
  ] as const;
  for (const [environment, expected] of greetings) {
    await using server = await start({ ALLOW_ANONYMOUS: 'false', ...environment });
    using client = await LineClient.open(server.port);
    assert.match(await client.line(), / conn?ect/);
    assert.match(await client.line(), expected);
  }
});

test('ALLOW_PLAIN_LOGIN takes passwords from everywhere', async () => {
  await using server = await start({ PROXY_PROTOCOL_FROM: '127.0.0.1', ALLOW_PLAIN_LOGIN: 'true' });
  using client = await LineClient.open(server.port);
  client.send(`PROXY TCP4 192.0.2.7 127.0.0.1 40000 5001\r\n/register ${EMAIL}\n${PASSWORD}\n`);
  await client.until(`signed in: ${EMAIL}\n`);
});

test('telnet: echo is off while the password is typed, and on again after it', async () => {
  await using server = await start();
  const { email } = await register(server);
  using client = await open(server);
  client.socket.setEncoding('latin1');
  // It offers a window size, as PuTTY does.
  client.send(Buffer.from([255, 251, 31]));
  await client.until('\xff\xfe\x1f');
  client.send(`/login ${email}\r\n`);
  assert.equal(await client.until(QUESTION), `\xff\xfb\x01-- Password (an empty line ${QUESTION}`);
  client.send(Buffer.concat([Buffer.from([255, 253, 1]), Buffer.from(`${PASSWORD}\r\0`)]));
  assert.equal(await client.until(email), `\n\xff\xfc\x01Signed in: ${email}`);
  // Ctrl-C cancels.
  client.send('/password\r\n');
  await client.until(QUESTION);
  client.send(Buffer.from([255, 244]));
  await client.until('\n\xff\xfc\x01-- Cancelled\n');
});

test('a login that is revoked ends on the text face at once', async () => {
  await using server = await start();
  const { email } = await register(server);
  using client = await open(server);
  using other = await open(server);
  for (const each of [client, other]) {
    each.send(`/login ${email}\n${PASSWORD}\n`);
    await each.until(`Signed in: ${email}\n`);
  }
  other.send('/end-login\n');
  await other.until('Ended: 2\n');
  await client.until(/^-- [^\n]+\n/);
  client.send('/me\n');
  assert.match(await client.line(), /^FAIL me auth_required/);
});
