import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { AccountKeeper, SIGNED_IN_KEY } from './account-keeper.ts';

const USER = { id: 'u1', email: 'ana@hilo.test', name: 'Ana', role: 'user' };

interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function browser(kept?: string) {
  const clock = new ManualClock();
  const values = new Map<string, string>(kept === undefined ? [] : [[SIGNED_IN_KEY, kept]]);
  const asked: Asked[] = [];
  const tokens: string[] = [];
  /** By path; a number is a status, with an error of that key. */
  const answers = new Map<string, () => Response>();
  let issued = 0;
  const signedIn = () => Response.json({ user: USER, accessToken: `t${(issued += 1)}`, expiresIn: 900 });
  for (const path of ['auth/login', 'auth/register', 'auth/refresh']) answers.set(path, signedIn);
  answers.set('auth/logout', () => new Response(null, { status: 204 }));
  answers.set('users/me', () => Response.json(USER));
  const account = new AccountKeeper({
    root: new URL('https://hilo.test/chat/'),
    fetch: async (input, init) => {
      const { pathname } = new URL(input as URL);
      const path = pathname.slice('/chat/'.length);
      asked.push({ path, headers: (init?.headers ?? {}) as Record<string, string> });
      const answer = answers.get(path);
      if (!answer) throw new TypeError('fetch failed');
      return answer();
    },
    clock,
    locale: () => 'es',
    values: {
      getItem: (name) => values.get(name) ?? null,
      setItem: (name, value) => void values.set(name, value),
      removeItem: (name) => void values.delete(name),
    },
    registered: () => tokens.push('registered'),
    renewed: (token) => tokens.push(token),
  });
  const refuse = (path: string, status: number, code: string, retryAfter?: string) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const body = { error: { code, message: 'No', type: 'x', param: null } };
    answers.set(path, () => Response.json(body, { status, headers }));
  };
  return {
    account,
    clock,
    values,
    asked,
    tokens,
    answers,
    refuse,
    paths: () => asked.map(({ path }) => path),
  };
}

it('asks nothing for a guest', async () => {
  const { account, asked } = browser();
  assert.deepEqual(account.account.value, { name: 'unknown' });
  await account.start();
  assert.deepEqual(account.account.value, { name: 'guest' });
  assert.deepEqual(asked, []);
  assert.deepEqual(account.known(), {});
  assert.equal(await account.renew(), false);
});

it('signs in, tells the other windows, and renews the token before it expires', async () => {
  const { account, clock, values, tokens, paths, asked } = browser();
  assert.deepEqual(await account.signIn({ email: 'ana@hilo.test', password: 'p' }), { ok: true });
  const user = { id: 'u1', email: 'ana@hilo.test', name: 'Ana', isAdmin: false };
  assert.deepEqual(account.account.value, { name: 'signedIn', user });
  assert.equal(values.get(SIGNED_IN_KEY), 'u1');
  assert.deepEqual(account.known(), { key: 't1' });
  assert.equal(asked[0]?.headers['accept-language'], 'es');
  clock.advance(900_000 * 0.8);
  await account.refresh();
  assert.deepEqual(paths(), ['auth/login', 'auth/refresh', 'users/me']);
  assert.deepEqual(tokens, ['t1', 't2']);
});

it('hands an expired token out to nobody', async () => {
  const { account, clock, answers } = browser();
  await account.signIn({ email: 'a', password: 'p' });
  answers.delete('auth/refresh');
  clock.advance(900_000);
  assert.deepEqual(account.known(), {});
  assert.equal(await account.renew(), false);
});

it('is the same user after a reload, with one request for callers at the same time', async () => {
  const { account, paths } = browser('u1');
  await Promise.all([account.start(), account.refresh()]);
  assert.equal(account.account.value.name, 'signedIn');
  assert.deepEqual(paths(), ['auth/refresh', 'users/me']);
});

it('is a guest again when the login has ended, and tries again when nobody answered', async () => {
  const gone = browser('u1');
  gone.refuse('auth/refresh', 401, 'auth_failed');
  await gone.account.start();
  assert.deepEqual(gone.account.account.value, { name: 'guest' });
  assert.equal(gone.values.has(SIGNED_IN_KEY), false);
  const away = browser('u1');
  const { answers } = away;
  const back = answers.get('auth/refresh');
  answers.delete('auth/refresh');
  await away.account.start();
  assert.deepEqual(away.account.account.value, { name: 'unknown' });
  assert.equal(away.account.owner, 'u1');
  assert.equal(away.values.get(SIGNED_IN_KEY), 'u1');
  if (back) answers.set('auth/refresh', back);
  away.clock.advance(10_000);
  assert.equal(await away.account.refresh(), true);
  assert.equal(away.account.account.value.name, 'signedIn');
});

it('says why it was refused, and for how long', async () => {
  const { account, refuse } = browser();
  refuse('auth/login', 429, 'too_many_attempts', '30');
  const refused = await account.signIn({ email: 'a', password: 'p' });
  const expected = { reason: 'too_many_attempts', message: 'No', retryAfterMs: 30_000 };
  assert.deepEqual(refused, { ok: false, refused: expected });
});

it('says that the guest is gone before it is somebody else', async () => {
  const { account, tokens } = browser();
  await account.start();
  assert.equal(account.owner, '');
  await account.register({ email: 'a', password: 'p', guestToken: 'g' });
  assert.deepEqual(tokens, ['registered', 't1']);
  assert.equal(account.owner, 'u1');
});

it('stays signed in when the server could not be told of the end', async () => {
  const { account, answers } = browser();
  await account.signIn({ email: 'a', password: 'p' });
  answers.delete('auth/logout');
  assert.equal((await account.signOut()).ok, false);
  assert.equal(account.account.value.name, 'signedIn');
});

it('signs out, here and with another window', async () => {
  const { account, values, paths } = browser();
  await account.signIn({ email: 'a', password: 'p' });
  await account.signOut();
  assert.deepEqual(account.account.value, { name: 'guest' });
  assert.equal(paths().at(-1), 'auth/logout');
  await account.signIn({ email: 'a', password: 'p' });
  values.delete(SIGNED_IN_KEY);
  await account.followOthers();
  assert.deepEqual(account.account.value, { name: 'guest' });
  values.set(SIGNED_IN_KEY, 'u1');
  await account.followOthers();
  assert.equal(account.account.value.name, 'signedIn');
});

it('asks as the user over HTTP, with a token that is valid', async () => {
  const { account, asked, answers, clock } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  answers.set('conversations/import', () => Response.json({ messages: 2 }, { status: 201 }));
  const ask = () => account.ask('POST', 'conversations/import', { data: '[]' });
  assert.deepEqual(await ask(), { ok: true, body: { messages: 2 } });
  assert.equal(asked.at(-1)?.headers['authorization'], 'Bearer t1');
  clock.advance(901_000);
  await ask();
  assert.equal(asked.at(-1)?.headers['authorization'], 'Bearer t2');
});

it('erases the account, and is nobody afterwards; a wrong password changes nothing', async () => {
  const { account, answers, refuse, values, paths } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  refuse('users/me', 403, 'password_wrong');
  const refused = await account.erase('wrong');
  assert.equal(!refused.ok && refused.refused.reason, 'password_wrong');
  assert.equal(account.isErased, false);
  assert.equal(account.account.value.name, 'signedIn');
  answers.set('users/me', () => Response.json({}));
  assert.deepEqual(await account.erase('right'), { ok: true });
  assert.deepEqual([account.isErased, account.account.value.name], [true, 'guest']);
  assert.equal(values.has(SIGNED_IN_KEY), false);
  assert.equal(paths().at(-1), 'auth/logout');
});

it('waits for the answer to the erasing, also when the session has heard of it before', async () => {
  const { account, answers, paths } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  answers.set('users/me', () => {
    account.ended();
    assert.equal(
      account.account.value.name,
      'signedIn',
      'the page is not left while the answer is on its way',
    );
    return Response.json({});
  });
  await account.erase('right');
  assert.deepEqual([account.isErased, account.account.value.name], [true, 'guest']);
  assert.equal(paths().at(-1), 'auth/logout');
});

it('waits for the answer to the sign-out, also when the session has heard of it before', async () => {
  const { account, answers } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  answers.set('auth/logout', () => {
    account.ended();
    assert.equal(account.account.value.name, 'signedIn', 'the page is not left before the answer');
    return new Response(null, { status: 204 });
  });
  assert.deepEqual(await account.signOut(), { ok: true });
  assert.equal(account.account.value.name, 'guest');
});

it('is signed out when the connection is cut before the answer, and the session knows', async () => {
  const { account, answers } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  answers.set('auth/logout', () => {
    account.ended();
    throw new TypeError('network');
  });
  assert.deepEqual(await account.signOut(), { ok: true });
  assert.equal(account.account.value.name, 'guest');
});

it('knows that the account is erased when the connection is cut before the answer', async () => {
  const { account, answers } = browser();
  await account.signIn({ email: 'a', password: 'b' });
  answers.set('users/me', () => {
    account.ended();
    throw new TypeError('network');
  });
  await account.erase('right');
  assert.deepEqual([account.isErased, account.account.value.name], [true, 'guest']);
});
