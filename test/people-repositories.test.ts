/** Users, their logins and their keys in the store: the same on both dialects. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { ManualClock } from '../shared/clock.ts';
import { ApiKeyRepository } from '../server/identity/api-key-repository.ts';
import { LiveSessions } from '../server/identity/live-sessions.ts';
import { LoginRepository } from '../server/identity/login-repository.ts';
import { LOGIN_LIMITS, Logins } from '../server/identity/logins.ts';
import { RefreshTokens } from '../server/identity/refresh-tokens.ts';
import { UserRepository, type NewUser } from '../server/identity/user-repository.ts';
import { bothDialects } from '../server/store/store.fixture.ts';
import type { Store } from '../server/store/store.ts';
import { AT, openRepositories } from './support/repositories.fixture.ts';

const onBoth = bothDialects();
const ORIGIN = { userAgent: 'Firefox', address: '192.0.2.7' };

function newUser(changes: Partial<NewUser> = {}): NewUser {
  const id = randomUUIDv7();
  return {
    id,
    email: `${id}@example.org`,
    name: 'Ana',
    role: 'user',
    isActive: true,
    account: `user:${id}`,
    locale: undefined,
    retentionDays: undefined,
    createdAt: AT,
    passwordHash: '$argon2id$…',
    ...changes,
  };
}

async function openPeople(store: Store) {
  const { accounts } = await openRepositories(store);
  const users = new UserRepository(store, accounts);
  const loginRows = new LoginRepository(store);
  const clock = new ManualClock(AT);
  const refreshTokens = new RefreshTokens(randomBytes(32));
  const logins = new Logins({
    store: loginRows,
    users,
    accessTokens: { issue: ({ login }) => Promise.resolve(`access ${login}`) },
    refreshTokens,
    sessions: new LiveSessions(),
    clock,
    newId: randomUUIDv7,
  });
  const begin = async (user: NewUser) => {
    const { step, ...login } = await logins.prepare(user.id, ORIGIN);
    await users.update(user.id, {}, [step]);
    return login;
  };
  return { store, accounts, users, loginRows, logins, clock, refreshTokens, begin };
}

onBoth('a user is read back as written and changed, by id and by e-mail', async ({ open }) => {
  const { users, store } = await openPeople(await open());
  const { passwordHash, ...user } = newUser({ locale: 'es', email: 'ana@example.org' });
  assert.equal(await users.create({ ...user, passwordHash }), 'created');
  assert.deepEqual(await users.byId(user.id), user);
  assert.deepEqual(await users.byEmail('ana@example.org'), user);
  assert.equal(await users.byEmail('eva@example.org'), undefined);
  assert.equal(await users.passwordHashOf(user.id), passwordHash);
  const accounts = await store.db.selectFrom('accounts').select(['name', 'owner']).execute();
  assert.deepEqual(accounts, [{ name: user.account, owner: `user:${user.id}` }]);
  await users.update(user.id, { name: "Eva'; drop table users; --", locale: null, retentionDays: 30 });
  const changed = { ...user, name: "Eva'; drop table users; --", locale: undefined, retentionDays: 30 };
  assert.deepEqual(await users.byId(user.id), changed);
  await users.update(user.id, {});
  await users.update(user.id, { role: 'admin', isActive: false, retentionDays: null });
  assert.deepEqual(await users.byId(user.id), {
    ...changed,
    role: 'admin',
    isActive: false,
    retentionDays: undefined,
  });
});

onBoth(
  'one of two who register with one e-mail at once gets it, and nothing is left of the other',
  async ({ open }) => {
    const { users, logins, loginRows, store } = await openPeople(await open());
    const [one, two] = [newUser({ email: 'a@example.org' }), newUser({ email: 'a@example.org' })];
    const create = async (user: NewUser) => {
      const { step } = await logins.prepare(user.id, ORIGIN);
      return users.create(user, [step]);
    };
    const created = await Promise.all([create(one), create(two)]);
    assert.deepEqual(created.toSorted(), ['created', 'email_taken']);
    const isFirst = created[0] === 'created';
    const [winner, loser] = isFirst ? [one, two] : [two, one];
    assert.equal((await users.byEmail('a@example.org'))?.id, winner.id);
    assert.equal((await loginRows.ofUser(winner.id)).length, 1);
    assert.equal((await loginRows.ofUser(loser.id)).length, 0);
    assert.equal((await store.db.selectFrom('accounts').select('name').execute()).length, 1);
  },
);

onBoth('no two users have the same account', async ({ open }) => {
  const { users } = await openPeople(await open());
  const account = 'guest:one';
  const created = await Promise.all([0, 1, 2].map(() => users.create(newUser({ account }))));
  assert.deepEqual(created.toSorted(), ['account_taken', 'account_taken', 'created']);
});

onBoth('each refresh token is used once, and the next one follows', async ({ open }) => {
  const { users, logins, loginRows, clock, begin } = await openPeople(await open());
  const user = newUser();
  await users.create(user);
  const { id, tokens } = await begin(user);
  let token = tokens.refreshToken;
  for (let round = 0; round < 3; round += 1) {
    clock.advance(60_000);
    const next = await logins.refresh(token);
    assert.notEqual(next.refreshToken, token);
    assert.equal(next.accessToken, `access ${id}`);
    token = next.refreshToken;
  }
  const stored = await loginRows.byId(id);
  assert.deepEqual([stored?.usedAt, stored?.expiresAt], [clock.now(), clock.now() + LOGIN_LIMITS.refreshMs]);
});

onBoth('two tabs that refresh at once get the same token, for twenty seconds', async ({ open }) => {
  const { users, logins, clock, begin } = await openPeople(await open());
  const user = newUser();
  await users.create(user);
  const { refreshToken } = (await begin(user)).tokens;
  const answers = await Promise.all(Array.from({ length: 8 }, () => logins.refresh(refreshToken)));
  assert.equal(new Set(answers.map((each) => each.refreshToken)).size, 1);
  clock.advance(LOGIN_LIMITS.repeatMs);
  const late = await logins.refresh(refreshToken);
  assert.equal(late.refreshToken, answers[0]?.refreshToken);
  assert.equal((await logins.refresh(late.refreshToken)).refreshToken, late.refreshToken, 'it is too new');
  clock.advance(1);
  assert.notEqual((await logins.refresh(late.refreshToken)).refreshToken, late.refreshToken);
});

onBoth(
  'a token that is used again later ends the login, for the thief and for its owner',
  async ({ open }) => {
    const { users, logins, loginRows, clock, begin } = await openPeople(await open());
    const user = newUser();
    await users.create(user);
    const [stolen, other] = [await begin(user), await begin(user)];
    const next = await logins.refresh(stolen.tokens.refreshToken);
    clock.advance(LOGIN_LIMITS.repeatMs + 1);
    await assert.rejects(logins.refresh(stolen.tokens.refreshToken), { key: 'login_ended' });
    await assert.rejects(logins.refresh(next.refreshToken), { key: 'login_ended' });
    assert.deepEqual(
      (await loginRows.ofUser(user.id)).map(({ id }) => id),
      [other.id],
    );
    assert.ok(await logins.refresh(other.tokens.refreshToken), 'another login is not touched');
  },
);

onBoth('an older generation ends the login also within the twenty seconds', async ({ open }) => {
  const { users, logins, clock, begin } = await openPeople(await open());
  const user = newUser();
  await users.create(user);
  const { refreshToken } = (await begin(user)).tokens;
  const next = await logins.refresh(refreshToken);
  clock.advance(LOGIN_LIMITS.repeatMs + 1);
  await logins.refresh(next.refreshToken);
  await assert.rejects(logins.refresh(refreshToken), { key: 'login_ended' });
});

onBoth(
  'no token of a login that is over, of an inactive user, or of the future is accepted',
  async ({ open }) => {
    const { users, logins, loginRows, clock, begin, refreshTokens } = await openPeople(await open());
    const user = newUser();
    await users.create(user);
    const { id, tokens } = await begin(user);
    const future = refreshTokens.issue({ login: id, generation: 9 });
    await assert.rejects(logins.refresh(future), { key: 'login_ended' });
    await users.update(user.id, { isActive: false });
    await assert.rejects(logins.refresh(tokens.refreshToken), { key: 'login_ended' });
    await users.update(user.id, { isActive: true });
    clock.advance(LOGIN_LIMITS.refreshMs);
    await assert.rejects(logins.refresh(tokens.refreshToken), { key: 'login_ended' });
    await loginRows.removeExpired(clock.now());
    assert.equal(await loginRows.byId(id), undefined);
    const unknown = refreshTokens.issue({ login: randomUUIDv7(), generation: 1 });
    await assert.rejects(logins.refresh(unknown), { key: 'login_ended' });
  },
);

onBoth('a user has a bounded number of logins: those used longest ago end', async ({ open }) => {
  const { users, logins, loginRows, clock, begin } = await openPeople(await open());
  const user = newUser();
  await users.create(user);
  const first = await begin(user);
  for (let count = 1; count < LOGIN_LIMITS.perUserMax; count += 1) {
    clock.advance(1);
    await begin(user);
  }
  await logins.makeRoom(user.id);
  assert.equal((await loginRows.ofUser(user.id)).length, LOGIN_LIMITS.perUserMax - 1);
  assert.equal(await loginRows.byId(first.id), undefined);
});

const UNBOUNDED = {
  scopes: undefined,
  routes: undefined,
  wallet: undefined,
  expiresAt: undefined,
  budget: undefined,
  rateMax: undefined,
};

onBoth('an API key is found by its hash, and removed by its owner alone', async ({ open }) => {
  const { users, store } = await openPeople(await open());
  const keys = new ApiKeyRepository(store);
  const [user, other] = [newUser(), newUser()];
  await users.create(user);
  await users.create(other);
  const key = { id: randomUUIDv7(), user: user.id, name: 'ci', prefix: 'hilo_abc', createdAt: AT };
  const keyHash = randomBytes(32);
  await keys.add({ ...key, keyHash, policy: {} });
  const found = await keys.byHash(keyHash);
  assert.deepEqual(found && { ...found, keyHash: Buffer.from(found.keyHash) }, {
    ...key,
    lastUsedAt: null,
    policy: UNBOUNDED,
    keyHash,
  });
  keys.used(key.id, AT + 5);
  await store.write([]);
  assert.deepEqual(await keys.ofUser(user.id), [{ ...key, lastUsedAt: AT + 5, policy: UNBOUNDED }]);
  assert.equal(await keys.revoke(other.id, key.id, AT), false);
  assert.equal(await keys.revoke(user.id, key.id, AT), true);
  assert.equal(await keys.byHash(keyHash), undefined);
});
