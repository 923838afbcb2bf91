/** The HTTP API of a running gateway before a running server. [H-1] [H-2] [H-4] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { HttpBench as Bench, PERSON, type Tokens } from './support/http-bench.ts';

function pairOf(cookie: string | undefined): string {
  return cookie?.split(';', 1)[0] ?? '';
}

test('a browser registers, refreshes in two tabs at once, and signs out', async () => {
  await using bench = await Bench.start();
  const registered = await bench.asPage('/auth/register', PERSON);
  assert.equal(registered.status, 201);
  assert.equal(registered.body.refreshToken, undefined);
  const me = await bench.me(registered.body.accessToken);
  assert.equal(((await me.json()) as { email: string }).email, PERSON.email);
  const first = pairOf(registered.cookie);
  const tabs = await Promise.all([1, 2].map(() => bench.asPage('/auth/refresh', {}, first)));
  assert.deepEqual(
    tabs.map(({ status }) => status),
    [200, 200],
  );
  const [next, same] = tabs.map(({ cookie }) => pairOf(cookie));
  assert.equal(next, same, 'the tabs share a cookie, so they must get the same token');
  assert.notEqual(next, first);
  const out = await bench.asPage('/auth/logout', {}, next);
  assert.equal(out.status, 204);
  assert.match(out.cookie ?? '', /^hilo_refresh=; Max-Age=0;/);
  const late = await bench.asPage('/auth/refresh', {}, next);
  assert.deepEqual([late.status, late.body.error?.code], [401, 'login_ended']);
  assert.match(late.cookie ?? '', /^hilo_refresh=; Max-Age=0;/);
  assert.equal((await bench.me(registered.body.accessToken)).status, 401);
});

test('a wrong password does not sign out who is signed in', async () => {
  await using bench = await Bench.start();
  const registered = await bench.asPage('/auth/register', PERSON);
  const wrong = { email: PERSON.email, password: 'another long sentence' };
  const refused = await bench.asPage('/auth/login', wrong, pairOf(registered.cookie));
  assert.deepEqual([refused.status, refused.body.error?.code], [401, 'login_failed']);
  assert.equal(refused.cookie, undefined);
});

test('a browser on which somebody has signed in is not kept out by what others try', async () => {
  await using bench = await Bench.start();
  const registered = await bench.asPage('/auth/register', PERSON);
  const [, device = ''] =
    /(hilo_device=[\w-]+); Max-Age=34560000; Path=\/auth; HttpOnly; SameSite=Strict/.exec(
      registered.cookie ?? '',
    ) ?? ['', ''];
  assert.ok(!('deviceToken' in registered.body));
  const { email, password } = PERSON;
  for (let guess = 0; guess < 8; guess += 1)
    await bench.asPage('/auth/login', { email, password: 'a guess' });
  const stranger = await bench.asPage('/auth/login', { email, password });
  assert.equal(stranger.body.error?.code, 'login_blocked');
  const old = pairOf(registered.cookie);
  assert.equal((await bench.asPage('/auth/login', { email, password }, `${old}; ${device}`)).status, 200);
});

test('a program gets its tokens in the body, and its logins have its name', async () => {
  await using bench = await Bench.start();
  const headers = { 'user-agent': 'program/1.0' };
  const registered = await bench.ask('POST', '/auth/register', { body: PERSON, headers });
  const tokens = (await registered.json()) as Tokens;
  assert.equal(registered.headers.get('set-cookie'), null);
  const { refreshToken } = tokens;
  const refreshed = await bench.ask('POST', '/auth/refresh', { body: { refreshToken } });
  const { accessToken } = (await refreshed.json()) as Tokens;
  const authorization = `Bearer ${accessToken}`;
  const logins = await bench.ask('GET', '/auth/logins', { headers: { authorization } });
  const [login] = ((await logins.json()) as { logins: Record<string, unknown>[] }).logins;
  assert.deepEqual(
    [login?.['userAgent'], login?.['address'], login?.['current']],
    ['program/1.0', '127.0.0.1', true],
  );
});

test('the keys of access tokens are public, and may be kept for a while', async () => {
  await using bench = await Bench.start();
  const response = await bench.ask('GET', '/.well-known/jwks.json');
  assert.equal(response.headers.get('cache-control'), 'public, max-age=300');
  const { keys } = (await response.json()) as { keys: { alg: string }[] };
  assert.deepEqual(
    keys.map(({ alg }) => alg),
    ['RS256'],
  );
});

test('without a key the ledger may be read, and what is somebody’s is 401', async () => {
  await using bench = await Bench.start();
  const checkpoint = await bench.ask('GET', '/ledger/checkpoint');
  assert.equal(((await checkpoint.json()) as { origin: string }).origin, 'hilo');
  const me = await bench.ask('GET', '/users/me', { headers: { 'accept-language': 'es' } });
  assert.equal(me.status, 401);
  assert.deepEqual(await me.json(), {
    error: {
      message: 'Primero inicia sesión',
      type: 'authentication_error',
      param: null,
      code: 'auth_required',
    },
  });
  // Everybody behind an address would be the same guest.
  for (const path of ['/conversations', '/users/me/export', '/ledger/receipt/1'])
    assert.equal((await bench.ask('GET', path)).status, 401, path);
  assert.equal((await bench.ask('DELETE', '/conversations')).status, 401);
});

test('a text that no database takes is a fault of the client', async () => {
  await using bench = await Bench.start();
  const registered = await bench.ask('POST', '/auth/register', { body: PERSON });
  const { accessToken } = (await registered.json()) as Tokens;
  const headers = { authorization: `Bearer ${accessToken}` };
  const receipt = await bench.ask('GET', '/ledger/receipt/x', { headers });
  assert.equal(receipt.status, 400);
  assert.equal(((await receipt.json()) as { error: { param: string } }).error.param, 'index');
  const response = await bench.ask('DELETE', '/keys/%00', { headers });
  assert.equal(response.status, 400);
  assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'invalid_params');
});

test('no body at any address fails on our side, or hangs', async () => {
  await using bench = await Bench.start();
  const registered = await bench.ask('POST', '/auth/register', { body: PERSON });
  const { accessToken } = (await registered.json()) as Tokens;
  const withBody = OPERATION_LIST.flatMap(({ http = [] }) => http).filter(({ method }) => method !== 'GET');
  const word = fc.oneof(
    fc.constantFrom('%00', '%2e%2e', '0', '-1', 'x', '01a22c3f-9736-7021-b942-6d6732016484'),
  );
  const member = fc.oneof(
    fc.constantFrom('email', 'password', 'name', 'title', 'key', 'cursor', '__proto__'),
    fc.string(),
  );
  const body = fc.oneof(fc.dictionary(member, fc.jsonValue(), { maxKeys: 4 }), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...withBody),
      word,
      body,
      fc.boolean(),
      async (form, given, value, hasKey) => {
        const path = form.path.replaceAll(/\{\w+\}/g, given);
        const response = await fetch(`${bench.origin}${path}`, {
          method: form.method,
          headers: {
            'content-type': 'application/json',
            ...(hasKey ? { authorization: `Bearer ${accessToken}` } : {}),
          },
          body: JSON.stringify(value),
          signal: AbortSignal.timeout(10_000),
        });
        assert.ok(
          response.status < 500,
          `${form.method} ${path} ${JSON.stringify(value)}: ${response.status}`,
        );
        await response.arrayBuffer();
      },
    ),
    { numRuns: 300 },
  );
});
