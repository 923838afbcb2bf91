/** [S-1] [S-2] [S-3] Signing on with a provider of OpenID Connect, which is a real one, over real HTTP. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readServerConfig } from '../server/config/config.ts';
import { CLIENT } from './support/oidc-issuer.ts';
import { PASSWORD } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { faultOf, leave, signOn, startSignOn, step, userOf } from './support/sign-on-bench.ts';

const LIMITED = { timeout: 60_000 };

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-sign-on-'));
});
after(() => rm(folder, { recursive: true }));

test('somebody signs on, comes back as the same person, and needs no password here', LIMITED, async () => {
  await using bench = await startSignOn();
  const first = await signOn(bench, 'ana', { name: 'Ana', email: 'Ana@Example.org' }, '?next=account');
  assert.equal(first.location, `${bench.origin}/app/signed-on?by=company&next=account`);
  const ana = await userOf(bench, first);
  assert.deepEqual([ana.email, ana.name, ana.role], ['ana@example.org', 'Ana', 'user']);
  // Who somebody is follows from issuer and subject, whatever the e-mail is now.
  const second = await userOf(bench, await signOn(bench, 'ana', { email: 'other@example.org' }));
  assert.deepEqual([second.id, second.email], [ana.id, 'ana@example.org']);
  using client = await RpcClient.open(bench.linePort);
  const wrong = { email: 'ana@example.org', password: PASSWORD };
  const { error } = await client.response(client.send('auth.login', wrong));
  assert.equal(error?.data['reason'], 'login_failed');
  const refresh = first.set.find((one) => one.startsWith('hilo_refresh=')) ?? '';
  assert.match(refresh, /; Path=\/auth; HttpOnly; SameSite=Strict$/);
});

test('one person who arrives many times at once is one user', LIMITED, async () => {
  await using bench = await startSignOn();
  const departures = await Promise.all(Array.from({ length: 12 }, () => leave(bench, 'ana')));
  const ends = await Promise.all(departures.map(({ back, cookies }) => step(back, cookies)));
  const ids = await Promise.all(ends.map(async (end) => (await userOf(bench, end)).id));
  assert.equal(new Set(ids).size, 1);
  assert.equal(((await bench.operator.call('users.list', {}))['users'] as object[]).length, 1);
});

test('what was sent back counts once, in the browser that began, and unchanged', LIMITED, async () => {
  await using bench = await startSignOn();
  const { back, cookies } = await leave(bench, 'ana');
  const wrongState = new URL(back);
  wrongState.searchParams.set('state', 'x'.repeat(43));
  assert.equal(faultOf(await step(wrongState, cookies)), 'sign_on_failed', 'a wrong state');
  assert.equal(faultOf(await step(back)), 'sign_on_failed', 'another browser');
  const other = await leave(bench, 'mallory');
  assert.equal(faultOf(await step(back, other.cookies)), 'sign_on_failed', 'the ticket of another sign-on');
  const injected = new URL(other.back);
  injected.searchParams.set('code', back.searchParams.get('code') ?? '');
  assert.equal(faultOf(await step(injected, other.cookies)), 'sign_on_failed', "somebody else's code");
  const again = await leave(bench, 'ana');
  const end = await step(again.back, again.cookies);
  assert.equal((await userOf(bench, end)).email, 'ana@example.org');
  assert.match(end.set.join('\n'), /^hilo_sign_on=; Max-Age=0; /m, 'the ticket goes');
  assert.equal(faultOf(await step(again.back, again.cookies)), 'sign_on_failed', 'a replayed code');
  assert.equal(faultOf(await step(`${bench.origin}/sign-on/company/callback`, cookies)), 'sign_on_failed');
  const refused = `${bench.origin}/sign-on/company/callback?error=access_denied`;
  assert.equal(faultOf(await step(refused, cookies)), 'sign_on_failed');
});

test('no address in a request is ever gone to', LIMITED, async () => {
  await using bench = await startSignOn();
  const hostile = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '../../evil',
    'javascript:alert(1)',
  ];
  for (const next of hostile) {
    const end = await signOn(bench, 'ana', {}, `?next=${encodeURIComponent(next)}`);
    assert.equal(end.location, `${bench.origin}/app/signed-on?by=company`, next);
  }
  const { begun } = await leave(bench, 'ana', {}, '?redirect_uri=https://evil.example&next=jobs');
  assert.equal(
    new URL(begun.location).searchParams.get('redirect_uri'),
    `${bench.origin}/sign-on/company/callback`,
  );
  const end = await step(`${bench.origin}/sign-on/company/end?post_logout_redirect_uri=https://evil.example`);
  assert.equal(new URL(end.location).searchParams.get('post_logout_redirect_uri'), `${bench.origin}/`);
  const nobody = await step(`${bench.origin}/sign-on/https:%2F%2Fevil.example`);
  assert.equal(nobody.location, `${bench.origin}/app/sign-in?fault=not_found`);
});

test('the groups of the provider say who comes in, and who is an administrator', LIMITED, async () => {
  await using bench = await startSignOn({ allowedGroups: ['staff', 'admins'], adminGroups: ['admins'] });
  assert.equal(faultOf(await signOn(bench, 'ben', { groups: ['guests'] })), 'sign_on_refused');
  assert.equal(faultOf(await signOn(bench, 'ben')), 'sign_on_refused');
  await bench.operator.call('users.create', {
    email: 'local@example.org',
    role: 'admin',
    password: PASSWORD,
  });
  const ana = await userOf(bench, await signOn(bench, 'ana', { groups: ['staff', 'admins'] }));
  assert.equal(ana.role, 'admin');
  // What changes at the provider is in force here at the next sign-on, on open connections too.
  using open = await RpcClient.open(bench.linePort);
  await open.call('session.authenticate', { key: ana.accessToken });
  await open.call('users.list', {});
  assert.equal((await userOf(bench, await signOn(bench, 'ana', { groups: ['staff'] }))).role, 'user');
  const { error } = await open.response(open.send('users.list', {}));
  assert.equal(error?.data['reason'], 'forbidden');
  assert.equal((await userOf(bench, await signOn(bench, 'eva', { groups: ['admins'] }))).role, 'admin');
});

test('the groups of the provider say who is in a team, and as what', LIMITED, async () => {
  const teamGroups = [
    { group: 'lab', team: 'lab' },
    { group: 'lab-leads', team: 'lab', role: 'manager' },
    { group: 'ghosts', team: 'gone' },
  ];
  await using bench = await startSignOn({ teamGroups });
  const { operator } = bench;
  for (const name of ['lab', 'elsewhere']) await operator.call('teams.create', { name });
  const teamsOf = async (groups: readonly string[]) => {
    const { accessToken } = await userOf(bench, await signOn(bench, 'ana', { groups }));
    using client = await RpcClient.open(bench.linePort);
    await client.call('session.authenticate', { key: accessToken });
    const { teams } = await client.call('teams.list', {});
    const roles = (teams as { name: string; role: string }[]).map(({ name, role }) => `${name}: ${role}`);
    return roles.toSorted().join(', ');
  };
  assert.equal(await teamsOf(['lab', 'ghosts']), 'lab: member', 'a team that is gone keeps nobody out');
  assert.ok(bench.logged.some((line) => line.includes('A team could not follow the groups')));
  const budget = { credits: 5, period: 'day' };
  await operator.call('teams.setMember', { team: 'lab', user: 'ana@example.org', budget });
  await operator.call('teams.setMember', { team: 'elsewhere', user: 'ana@example.org' });
  assert.equal(await teamsOf(['lab-leads', 'lab']), 'elsewhere: member, lab: manager');
  const { members } = await operator.call('teams.get', { team: 'lab' });
  assert.deepEqual((members as { budget: object }[])[0]?.budget, budget, 'the budget stays');
  // What changes at the provider is in force on open connections too.
  const { accessToken } = await userOf(bench, await signOn(bench, 'ana', { groups: ['lab'] }));
  using open = await RpcClient.open(bench.linePort);
  await open.call('session.authenticate', { key: accessToken });
  await open.call('session.wallet', { wallet: 'lab' });
  assert.equal(await teamsOf([]), 'elsewhere: member');
  assert.equal(await open.failure('session.wallet', { wallet: 'lab' }), 'not_found');
});

test('the last administrator stays one, whatever the groups say', LIMITED, async () => {
  await using bench = await startSignOn({ adminGroups: ['admins'] });
  assert.equal((await userOf(bench, await signOn(bench, 'ana', { groups: ['admins'] }))).role, 'admin');
  assert.equal((await userOf(bench, await signOn(bench, 'ana', { groups: [] }))).role, 'admin');
});

test(
  'an account is made only where that is allowed, and with an e-mail that is verified',
  LIMITED,
  async () => {
    await using closed = await startSignOn({}, { ALLOW_SIGNUP: 'false' });
    assert.equal(faultOf(await signOn(closed, 'ana')), 'sign_on_closed');
    await using open = await startSignOn({ signUp: true }, { ALLOW_SIGNUP: 'false' });
    assert.equal(faultOf(await signOn(open, 'ben', { email_verified: false })), 'sign_on_no_email');
    assert.equal((await userOf(open, await signOn(open, 'ben'))).email, 'ben@example.org');
    await using trusting = await startSignOn({ trustEmail: true });
    const eva = await userOf(trusting, await signOn(trusting, 'eva', { email_verified: false }));
    assert.equal(eva.email, 'eva@example.org');
  },
);

test('an e-mail leads to an account only where the operator says so', LIMITED, async () => {
  await using bench = await startSignOn();
  await bench.operator.call('users.create', { email: 'ana@example.org', password: PASSWORD });
  assert.equal(faultOf(await signOn(bench, 'ana')), 'sign_on_taken');
  await using linking = await startSignOn({ linkByEmail: true });
  const { operator } = linking;
  // Somebody has made an account with an e-mail that is not theirs, and waits.
  using early = await RpcClient.open(linking.linePort);
  const made = await early.call('auth.register', { email: 'ana@example.org', password: PASSWORD });
  await early.call('session.authenticate', { key: made['accessToken'] });
  const { key } = await early.call('keys.create', { name: 'later' });
  assert.equal(faultOf(await signOn(linking, 'ana', { email_verified: false })), 'sign_on_no_email');
  const ana = await userOf(linking, await signOn(linking, 'ana'));
  assert.equal(ana.id, (made['user'] as { id: string }).id);
  // Nothing of what they had opens it any more.
  const { error: after } = await early.response(early.send('users.me', {}));
  assert.equal(after?.data['reason'], 'auth_required');
  const tries = {
    'auth.login': { email: 'ana@example.org', password: PASSWORD },
    'session.authenticate': { key },
  };
  for (const [name, input] of Object.entries(tries)) {
    const { error } = await early.response(early.send(name, input));
    assert.match(String(error?.data['reason']), /^(?:login_failed|auth_failed)$/, name);
  }
  await operator.call('users.create', { email: 'root@example.org', role: 'admin', password: PASSWORD });
  assert.equal(faultOf(await signOn(linking, 'root')), 'sign_on_taken', 'never to an administrator');
});

test('whoever was deactivated here does not come in', LIMITED, async () => {
  await using bench = await startSignOn();
  const ana = await userOf(bench, await signOn(bench, 'ana'));
  await bench.operator.call('users.setActive', { user: ana.id, active: false });
  assert.equal(faultOf(await signOn(bench, 'ana')), 'sign_on_refused');
});

test(
  'while the provider is down, people come in with a password, and nothing else stops',
  LIMITED,
  async () => {
    await using bench = await startSignOn();
    await bench.operator.call('users.create', {
      email: 'root@example.org',
      role: 'admin',
      password: PASSWORD,
    });
    const { back, cookies } = await leave(bench, 'ana');
    await bench.issuer.down();
    assert.equal(faultOf(await step(back, cookies)), 'sign_on_unavailable');
    using client = await RpcClient.open(bench.linePort);
    await client.call('auth.login', { email: 'root@example.org', password: PASSWORD });
    await bench.issuer.up();
    assert.equal((await userOf(bench, await signOn(bench, 'ana'))).email, 'ana@example.org');
  },
);

test('a provider that is down at first is found when it is there', LIMITED, async () => {
  await using bench = await startSignOn();
  await bench.issuer.down();
  const away = await step(`${bench.origin}/sign-on/company`);
  assert.equal(away.location, `${bench.origin}/app/sign-in?fault=sign_on_unavailable`);
  await bench.issuer.up();
  await userOf(bench, await signOn(bench, 'ana'));
});

test('signing out leads through the provider', LIMITED, async () => {
  await using bench = await startSignOn();
  const end = await signOn(bench, 'ana');
  const out = await step(`${bench.origin}/sign-on/company/end`, end.cookies);
  const { searchParams, origin } = new URL(out.location);
  assert.equal(origin, bench.issuer.url);
  assert.equal(searchParams.get('id_token_hint'), end.cookies['hilo_id_token']);
  assert.equal(searchParams.get('post_logout_redirect_uri'), `${bench.origin}/`);
  assert.match(out.set.join('\n'), /^hilo_id_token=; Max-Age=0; /m);
});

test('nothing of a sign-on is logged', LIMITED, async () => {
  await using bench = await startSignOn();
  const { back, cookies } = await leave(bench, 'ana');
  const end = await step(back, cookies);
  await step(back, cookies);
  const secrets = [
    back.searchParams.get('code'),
    cookies['hilo_sign_on'],
    end.cookies['hilo_id_token'],
    end.cookies['hilo_refresh'],
    CLIENT.secret,
    'ana@example.org',
  ];
  for (const secret of secrets)
    assert.ok(!bench.logged.some((line) => line.includes(secret ?? '?')), secret ?? '');
});

test('a file with faults, a secret or an address that is missing stop the start with words', async () => {
  const file = join(folder, 'faulty.json');
  const company = { id: 'company', name: 'Company', issuer: 'https://login.example.org', clientId: 'hilo' };
  const faultsOf = async (issuers: object[], environment: Record<string, string> = {}) => {
    await writeFile(file, JSON.stringify({ issuers }));
    try {
      readServerConfig({ SIGN_ON_FILE: file, ...environment });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const url = { PUBLIC_URL: 'https://chat.example.org' };
  assert.equal(await faultsOf([company], url), '');
  assert.match(await faultsOf([company]), /PUBLIC_URL.*the address of the page/);
  assert.match(await faultsOf([{ ...company, secretVariable: 'NOT_SET' }], url), /NOT_SET.*"company"/);
  assert.match(await faultsOf([company, company], url), /issuers\[1\]\.id: "company" is there twice/);
  assert.match(
    await faultsOf([{ ...company, issuer: 'http://login.example.org' }], url),
    /issuers\[0\]\.issuer/,
  );
});
