/** [H-4] [H-5] [H-6] The refresh cookie, and protection from pages of other sites. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Stage } from '../gateway.fixture.ts';
import { answer, createApiStage, echoAll, fail, seen, seenOn } from './api.fixture.ts';
import { REFRESH_COOKIE } from './cookies.ts';

const COOKIE = `${REFRESH_COOKIE}=old.token`;
const FOREIGN = 'https://evil.example';
const FRIEND = 'https://friend.example';

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Got {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
}

/** As a browser would send it; `fetch` does not let a program set these headers. */
function send(
  stage: Stage,
  { path = '/auth/refresh', method = 'POST', headers = {}, body }: Sent,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const port = stage.gateway.address.port;
    const sent = request({ host: '127.0.0.1', port, path, method, headers, timeout: 10_000 });
    sent.on('error', reject);
    sent.on('response', (response) => {
      void text(response).then((said) => {
        resolve({
          status: response.statusCode ?? 0,
          cookie: response.headers['set-cookie']?.join('\n'),
          headers: response.headers,
          body: said === '' ? {} : (JSON.parse(said) as Record<string, unknown>),
        });
        return undefined;
      }, reject);
    });
    sent.end(body);
  });
}

function page(stage: Stage, more: Record<string, string> = {}): Record<string, string> {
  return { 'content-type': 'application/json', origin: `http://${stage.authority}`, ...more };
}

/** Answers the one request that is under way with a new token. */
async function answered(stage: Stage, asked: Promise<Got>): Promise<{ got: Got; params: unknown }> {
  const one = await seen(stage);
  answer(one, { accessToken: 'access', refreshToken: 'next.token', expiresIn: 900 });
  const got = await asked;
  // The next request comes over a new connection.
  one.connection.socket.end();
  await one.connection.ended;
  return { got, params: one.params };
}

test('a browser gets the refresh token in a cookie only, another client in the body', async () => {
  await using stage = await createApiStage();
  const login = { path: '/auth/login', body: '{"email":"a"}' };
  const result = { accessToken: 'access', refreshToken: 'new.token', expiresIn: 900 };
  const asked = send(stage, { ...login, headers: page(stage) });
  const first = await seen(stage);
  answer(first, result);
  const browser = await asked;
  assert.deepEqual(browser.body, { accessToken: 'access', expiresIn: 900 });
  const attributes = 'Max-Age=2592000; Path=/auth; HttpOnly; SameSite=Strict';
  assert.equal(browser.cookie, `${REFRESH_COOKIE}=new.token; ${attributes}`);
  const program = send(stage, { ...login, headers: { 'content-type': 'application/json' } });
  answer(await seenOn(first.connection), result);
  assert.deepEqual((await program).body, result);
  assert.equal((await program).cookie, undefined);
});

test('the cookie is for HTTPS alone wherever the browser is not on this machine', async () => {
  const cases: readonly [Record<string, string>, string, RegExp][] = [
    [{}, 'localhost:1', /Path=\/auth; HttpOnly; SameSite=Strict$/],
    [{}, '[::1]:1', /SameSite=Strict$/],
    [{}, 'chat.example.org', /SameSite=Strict; Secure$/],
    [{ 'x-forwarded-proto': 'https' }, 'localhost', /SameSite=Strict; Secure$/],
    [{ 'x-forwarded-proto': 'http' }, 'chat.example.org', /SameSite=Strict; Secure$/],
    [{ 'x-forwarded-prefix': '/chat/' }, 'localhost', /Path=\/chat\/auth;/],
    [{ 'x-forwarded-prefix': '/x; Domain=example.org' }, 'localhost', /Path=\/auth;/],
  ];
  await using stage = await createApiStage({ TRUSTED_PROXIES: '127.0.0.1' });
  for (const [headers, host, attributes] of cases) {
    const isSecure = headers['x-forwarded-proto'] === 'https';
    const origin = `${isSecure ? 'https' : 'http'}://${host}`;
    const asked = send(stage, {
      body: '{}',
      headers: page(stage, { host, origin, cookie: COOKIE, ...headers }),
    });
    const { got } = await answered(stage, asked);
    assert.match(got.cookie ?? '', attributes, JSON.stringify([headers, host]));
  }
  await using direct = await createApiStage();
  const headers = page(direct, {
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/chat',
    cookie: COOKIE,
  });
  const { got } = await answered(direct, send(direct, { body: '{}', headers }));
  assert.match(got.cookie ?? '', /Path=\/auth; HttpOnly; SameSite=Strict$/, 'nobody trusted has said it');
});

test('the token in the cookie becomes the input, unless the body has one', async () => {
  await using stage = await createApiStage();
  const cookie = `theme=dark; ${COOKIE}; other=${REFRESH_COOKIE}`;
  const byCookie = await answered(stage, send(stage, { body: '{}', headers: page(stage, { cookie }) }));
  assert.deepEqual(byCookie.params, { refreshToken: 'old.token' });
  const empty = await answered(stage, send(stage, { headers: page(stage, { cookie }) }));
  assert.deepEqual(empty.params, { refreshToken: 'old.token' });
  const body = '{"refreshToken":"own"}';
  const byBody = await answered(stage, send(stage, { body, headers: page(stage, { cookie }) }));
  assert.deepEqual(byBody.params, { refreshToken: 'own' });
  const faulty = `${REFRESH_COOKIE}="quoted"; x${REFRESH_COOKIE}=a.b`;
  const without = await answered(
    stage,
    send(stage, { body: '{}', headers: page(stage, { cookie: faulty }) }),
  );
  assert.deepEqual(without.params, {});
});

test('only a token that is refused for good loses its cookie', async () => {
  await using stage = await createApiStage();
  const ask = () => send(stage, { body: '{}', headers: page(stage, { cookie: COOKIE }) });
  const asked = ask();
  const first = await seen(stage);
  fail(first, 'store_unavailable');
  assert.equal((await asked).cookie, undefined);
  for (const [reason, isCleared] of [
    ['too_many_requests', false],
    ['conflict', false],
    ['internal', false],
    ['auth_failed', false],
    ['login_ended', true],
  ] as const) {
    const again = ask();
    fail(await seenOn(first.connection), reason);
    const { cookie } = await again;
    assert.equal(/Max-Age=0; Path=\/auth/.test(cookie ?? ''), isCleared, reason);
  }
  first.connection.socket.destroy();
  await stage.server.close();
  assert.equal((await ask()).cookie, undefined, 'a server that is away says nothing about the token');
  await stage.server.listen();
});

test('signing out clears the cookie', async () => {
  await using stage = await createApiStage();
  const headers = page(stage, { cookie: COOKIE });
  const asked = send(stage, { path: '/auth/logout', headers });
  const one = await seen(stage);
  assert.deepEqual(one.params, { refreshToken: 'old.token' });
  answer(one, {});
  assert.equal((await asked).status, 204);
  assert.match(
    (await asked).cookie ?? '',
    /^hilo_refresh=; Max-Age=0; Path=\/auth; HttpOnly; SameSite=Strict$/,
  );
});

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM = { 'content-type': 'text/plain' };
const KEY = { authorization: 'Bearer x' };
const NOTE = { path: '/notes', body: '{"text":"x"}' };
const READ = { method: 'GET', path: '/notes' };
const LOGIN = { path: '/auth/login', body: '{"email":"a"}' };

/** Sends the request, and asserts what comes of it. */
async function expect(
  stage: Stage,
  sent: Sent,
  headers: Record<string, string>,
  outcome: string | number,
): Promise<void> {
  const got = await send(stage, { ...sent, headers });
  const error = got.body['error'] as { code: string } | undefined;
  const name = JSON.stringify([sent, headers]);
  assert.equal(error?.code ?? got.status, outcome, name);
  assert.equal(got.headers['access-control-allow-origin'], undefined, name);
  assert.equal(got.headers['access-control-allow-credentials'], undefined, name);
}

test('a request with the cookie comes from the page, or it is refused', async () => {
  await using stage = await createApiStage({ ALLOWED_ORIGINS: FRIEND });
  echoAll(stage);
  const refresh = { body: '{}' };
  const cookie = { cookie: COOKIE };
  const own = { origin: `http://${stage.authority}` };
  const cases: readonly [Sent, Record<string, string>, string | number][] = [
    [refresh, page(stage, cookie), 200],
    [refresh, page(stage, { ...cookie, origin: own.origin.replace('127.0.0.1', 'localhost') }), 200],
    [refresh, { ...JSON_TYPE, ...cookie }, 'foreign_origin'],
    [refresh, page(stage, { ...cookie, origin: FOREIGN }), 'foreign_origin'],
    // A frame without an origin of its own.
    [refresh, page(stage, { ...cookie, origin: 'null' }), 'foreign_origin'],
    [refresh, page(stage, { ...cookie, 'sec-fetch-site': 'cross-site' }), 'foreign_site'],
    [READ, { ...cookie, 'sec-fetch-site': 'cross-site' }, 'foreign_site'],
    [refresh, page(stage, { ...cookie, ...FORM }), 'json_expected'],
    [NOTE, page(stage, { ...cookie, ...KEY, ...FORM }), 'json_expected'],
    [NOTE, page(stage, { ...cookie, ...KEY, origin: FOREIGN }), 'foreign_origin'],
    [{ path: '/auth/logout' }, { ...own, ...cookie }, 'json_expected'],
    // A page that reads from its own origin sends none.
    [READ, { ...cookie, ...KEY }, 200],
  ];
  for (const [sent, headers, outcome] of cases) await expect(stage, sent, headers, outcome);
});

test('a request without cookie and key is not sent by a page of another site', async () => {
  await using stage = await createApiStage({ ALLOWED_ORIGINS: FRIEND });
  echoAll(stage);
  const evil = { host: 'evil.example' };
  const cases: readonly [Sent, Record<string, string>, string | number][] = [
    [LOGIN, page(stage, { origin: FOREIGN }), 'foreign_origin'],
    [LOGIN, FORM, 'json_expected'],
    [LOGIN, {}, 'json_expected'],
    [NOTE, page(stage, { origin: FOREIGN }), 'foreign_origin'],
    [NOTE, FORM, 'json_expected'],
    // Another name that leads here, after the page was loaded.
    [READ, evil, 'foreign_origin'],
    [{ method: 'GET', path: '/.well-known/rules.json' }, evil, 200],
    [NOTE, { 'content-type': 'application/json; charset=utf-8' }, 201],
  ];
  for (const [sent, headers, outcome] of cases) await expect(stage, sent, headers, outcome);
});

test('a key is accepted from anywhere, and whatever comes with it is read as JSON', async () => {
  await using stage = await createApiStage();
  echoAll(stage);
  const anywhere = { origin: FOREIGN, host: 'evil.example', 'sec-fetch-site': 'cross-site' };
  for (const headers of [{ ...anywhere, ...JSON_TYPE }, FORM, { 'content-type': 'a=b' }, {}]) {
    await expect(stage, NOTE, { ...KEY, ...headers }, 201);
  }
});

test('pages of allowed origins may ask with a key, and get no cookies', async () => {
  await using stage = await createApiStage({ ALLOWED_ORIGINS: FRIEND });
  echoAll(stage);
  const preflight = { method: 'OPTIONS', path: '/notes' };
  const wanted = {
    'access-control-request-method': 'POST',
    'access-control-request-headers':
      'authorization, x-api-key, X-Stainless-OS,anthropic-version, openai-beta, x-evil, anthropic-a\tb',
  };
  const allowed = await send(stage, { ...preflight, headers: { origin: FRIEND, ...wanted } });
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers['access-control-allow-origin'], FRIEND);
  assert.equal(
    allowed.headers['access-control-allow-headers'],
    'authorization, content-type, idempotency-key, x-api-key, x-request-id, ' +
      'x-stainless-os, anthropic-version, openai-beta',
  );
  assert.match(String(allowed.headers['vary']), /origin/);
  const refused = await send(stage, { ...preflight, headers: { origin: FOREIGN, ...wanted } });
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
  const headers = { origin: FRIEND, authorization: 'Bearer x', 'sec-fetch-site': 'cross-site' };
  const asked = await send(stage, { path: '/notes', body: '{"text":"x"}', headers });
  assert.equal(asked.status, 201);
  assert.equal(asked.headers['access-control-allow-origin'], FRIEND);
  assert.equal(asked.headers['access-control-allow-credentials'], undefined);
  assert.match(String(asked.headers['access-control-expose-headers']), /x-request-id/);
});
