/** Invitations: who may make them, what they open, and that each use counts once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { EXIT_USAGE } from '../shared/exit-codes.ts';
import { bothServers, type ServerPlace } from './support/both-servers.ts';
import { LineClient } from './support/line-client.ts';
import { connectAs, PASSWORD, register, type Person } from './support/people.ts';
import { PROCESS_ENVIRONMENT } from './support/processes.ts';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const onBoth = bothServers();
const HILO = join(import.meta.dirname, '../hilo');
const CLOSED = { ALLOW_SIGNUP: 'false' };
const AT_ONCE = 12;
const DAY_MS = 24 * 60 * 60 * 1_000;

async function open(place: ServerPlace, options: TestServerOptions = {}) {
  const server = await place.start({ environment: CLOSED, ...options });
  const key = (await readFile(join(place.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  const operator = await RpcClient.open(server.port);
  await operator.call('session.authenticate', { key });
  return { server, operator };
}

function signUp(port: number, inviteToken?: unknown) {
  return reasonOf(port, 'auth.register', {
    email: `${crypto.randomUUID()}@example.org`,
    password: PASSWORD,
    ...(inviteToken === undefined ? {} : { inviteToken }),
  });
}

/** The error's key, or the role of who has signed up. */
async function reasonOf(port: number, name: string, input: object): Promise<string> {
  using client = await RpcClient.open(port);
  const { error, result } = await client.response(client.send(name, input));
  return error
    ? String(error.data['reason'])
    : String((result?.['user'] as { role?: string } | undefined)?.role);
}

onBoth('where sign-up is closed, accounts are made by invitation only', async (place) => {
  const { server, operator } = await open(place);
  using asking = operator;
  const { token } = await asking.call('invitations.create', {});
  assert.equal(await signUp(server.port), 'sign_up_closed');
  assert.equal(await signUp(server.port, 'guessed'), 'invitation_failed');
  assert.equal(await signUp(server.port, token), 'user');
  assert.equal(await signUp(server.port, token), 'invitation_failed');
  const admin = await asking.call('invitations.create', { role: 'admin' });
  using reader = await RpcClient.open(server.port);
  const shown = await reader.call('invitations.read', { inviteToken: admin['token'] });
  assert.deepEqual([shown['role'], shown['expiresAt']], ['admin', admin['expiresAt']]);
  assert.equal(await signUp(server.port, admin['token']), 'admin');
});

onBoth('of registrations at the same moment, exactly as many succeed as uses are left', async (place) => {
  const { server, operator } = await open(place);
  using asking = operator;
  const { token, id } = await asking.call('invitations.create', { uses: 5 });
  const all = await Promise.all(Array.from({ length: AT_ONCE }, () => signUp(server.port, token)));
  const count = (reason: string) => all.filter((one) => one === reason).length;
  assert.deepEqual([count('user'), count('invitation_failed')], [5, AT_ONCE - 5]);
  const { users } = await asking.call('users.list', {});
  assert.equal((users as object[]).length, 5);
  const { invitations } = await asking.call('invitations.list', {});
  const [listed] = invitations as { id: string; used: number; uses: number }[];
  assert.deepEqual([listed?.id, listed?.used, listed?.uses], [id, 5, 5]);
});

onBoth('an invitation that was withdrawn, or is too old, opens nothing', async (place) => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const { server, operator } = await open(place, { clock });
  using asking = operator;
  const first = await asking.call('invitations.create', { uses: 3 });
  const second = await asking.call('invitations.create', { uses: 3, days: 2 });
  assert.equal(await signUp(server.port, first['token']), 'user');
  await asking.call('invitations.withdraw', { invitation: first['id'] });
  assert.equal(await signUp(server.port, first['token']), 'invitation_failed');
  const again = { invitation: first['id'] };
  const { error } = await asking.response(asking.send('invitations.withdraw', again));
  assert.equal(error?.data['reason'], 'not_found');
  clock.advance(2 * DAY_MS);
  assert.equal(await signUp(server.port, second['token']), 'invitation_failed');
  const { users } = await asking.call('users.list', {});
  assert.equal((users as object[]).length, 1, 'the account that was made with the first one stays');
});

onBoth('the list comes in pages, the newest first', async (place) => {
  const { operator } = await open(place);
  using asking = operator;
  const made: unknown[] = [];
  for (let index = 0; index < 5; index += 1)
    made.unshift((await asking.call('invitations.create', {}))['id']);
  const seen: unknown[] = [];
  let cursor: unknown;
  do {
    const page = await asking.call('invitations.list', { limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...(page['invitations'] as { id: string }[]).map(({ id }) => id));
    cursor = page['nextCursor'];
  } while (cursor !== undefined);
  assert.deepEqual(seen, made);
});

onBoth('what an administrator has made ends with the right to make it', async (place) => {
  const { server, operator } = await open(place);
  using asking = operator;
  const { token } = await asking.call('invitations.create', { role: 'admin', uses: 2 });
  const tokens: unknown[] = [];
  for (const end of ['users.setRole', 'users.setActive']) {
    const email = `${end}@example.org`;
    using admin = await RpcClient.open(server.port);
    const made = await admin.call('auth.register', { email, password: PASSWORD, inviteToken: token });
    await admin.call('session.authenticate', { key: made['accessToken'] });
    tokens.push((await admin.call('invitations.create', { role: 'admin' }))['token']);
    // So that it is not the last administrator.
    await asking.call('users.create', { email: `other-${email}`, role: 'admin', password: PASSWORD });
    await asking.call(end, {
      user: email,
      ...(end === 'users.setRole' ? { role: 'user' } : { active: false }),
    });
  }
  for (const own of tokens) assert.equal(await signUp(server.port, own), 'invitation_failed');
});

interface Managed {
  readonly server: { readonly port: number };
  readonly operator: RpcClient;
  /** Of the team `lab`. */
  readonly manager: Person;
}

async function openWithTeam(place: ServerPlace): Promise<Managed> {
  const { server, operator } = await open(place, { environment: {} });
  const manager = await register(server);
  for (const name of ['lab', 'other']) await operator.call('teams.create', { name });
  await operator.call('teams.setMember', { team: 'lab', user: manager.email, role: 'manager' });
  return { server, operator, manager };
}

/** Whoever registers by it, as its teams are listed. */
async function joined(server: { readonly port: number }, inviteToken: unknown): Promise<unknown[]> {
  using client = await connectAs(server, await register(server, { inviteToken }));
  const { teams } = await client.call('teams.list');
  return (teams as { name: string; role: string }[]).map(({ name, role }) => [name, role]);
}

onBoth('an invitation to a team brings whoever registers by it into the team', async (place) => {
  const { server, operator, manager } = await openWithTeam(place);
  using asking = operator;
  const byAdmin = await asking.call('invitations.create', { team: 'other', role: 'admin' });
  using visitor = await RpcClient.open(server.port);
  const shown = await visitor.call('invitations.read', { inviteToken: byAdmin['token'] });
  assert.deepEqual([shown['role'], shown['team']], ['admin', 'other']);
  using client = await connectAs(server, manager);
  const made = await client.call('invitations.create', { team: 'lab', uses: 2 });
  assert.deepEqual([made['team'], made['by']], ['lab', manager.id]);
  const { invitations } = await client.call('invitations.list');
  assert.deepEqual(
    (invitations as { id: string }[]).map(({ id }) => id),
    [made['id']],
    'a manager sees those to the own teams',
  );
  assert.deepEqual(await joined(server, made['token']), [['lab', 'member']]);
  const { invitations: all } = await asking.call('invitations.list');
  assert.deepEqual(
    (all as { team: string; used: number }[]).map(({ team, used }) => [team, used]),
    [
      ['lab', 1],
      ['other', 0],
    ],
  );
  await client.call('invitations.withdraw', { invitation: made['id'] });
  assert.equal(await signUp(server.port, made['token']), 'invitation_failed');
});

onBoth('a manager invites to the own team alone, and nobody as an administrator', async (place) => {
  const { server, operator, manager } = await openWithTeam(place);
  using asking = operator;
  using client = await connectAs(server, manager);
  assert.equal(await client.failure('invitations.create', { team: 'other' }), 'not_found');
  assert.equal(await client.failure('invitations.create', {}), 'forbidden');
  assert.equal(await client.failure('invitations.create', { team: 'lab', role: 'admin' }), 'forbidden');
  const other = await asking.call('invitations.create', { team: 'other' });
  const plain = await asking.call('invitations.create', {});
  for (const { id } of [other, plain])
    assert.equal(await client.failure('invitations.withdraw', { invitation: id }), 'not_found');
  const member = await register(server);
  await asking.call('teams.setMember', { team: 'lab', user: member.email });
  using colleague = await connectAs(server, member);
  assert.equal(await colleague.failure('invitations.create', { team: 'lab' }), 'forbidden');
  assert.deepEqual((await colleague.call('invitations.list'))['invitations'], []);
  const { key } = await client.call('keys.create', { name: 'program' });
  using program = await connectAs(server, { accessToken: String(key) });
  assert.equal(await program.failure('invitations.create', { team: 'lab' }), 'key_not_enough');
});

onBoth('what a manager has made ends with the right to make it, and with the team', async (place) => {
  const { server, operator, manager } = await openWithTeam(place);
  using asking = operator;
  using client = await connectAs(server, manager);
  const again = () => asking.call('teams.setMember', { team: 'lab', user: manager.email, role: 'manager' });
  const user = manager.email;
  for (const [name, input] of [
    ['teams.setMember', { team: 'lab', user, role: 'member' }],
    ['teams.removeMember', { team: 'lab', user }],
    ['teams.delete', { team: 'lab' }],
  ] as const) {
    await again();
    const { token } = await client.call('invitations.create', { team: 'lab' });
    await asking.call(name, input);
    assert.equal(await signUp(server.port, token), 'invitation_failed', name);
  }
});

test('a person joins on the text face; a used-up one is refused before the password', async () => {
  await using place = await startClosed();
  const { server } = place;
  const token = await place.invite();
  using client = await LineClient.open(server.port);
  client.send(`/lang en\n/join ${token} eva@example.org Eva\n${PASSWORD}\n`);
  await client.until('Your account is made, and you are signed in: eva@example.org\n');
  client.send('/invite\n');
  await client.until('FAIL invite forbidden');
  using other = await LineClient.open(server.port);
  other.send(`/lang en\n/join ${token} ben@example.org\n`);
  await other.until('FAIL join invitation_failed');
});

test('./hilo invite makes, lists and withdraws; ./hilo admin runs commands of administrators', async () => {
  await using place = await startClosed();
  const { server, hilo } = place;
  const made = await hilo('invite', '3', '10');
  assert.equal(made.code, 0, made.err);
  const token = /On the page: \/invite\/(?<token>\S+)\n/.exec(made.out)?.groups?.['token'];
  assert.equal(await signUp(server.port, token), 'user');
  const listed = await hilo('invite', 'list');
  assert.match(listed.out, /^(?<id>\S+) · user · 1 of 3 uses · until \S+ \S+\n$/);
  assert.equal((await hilo('admin', 'invitations')).out, listed.out);
  const id = listed.out.split(' ')[0] ?? '';
  assert.equal((await hilo('invite', 'withdraw', id)).out, 'Invitation withdrawn.\n');
  assert.equal(await signUp(server.port, token), 'invitation_failed');
  const refused = await hilo('invite', '0');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^invalid_params: uses/);
  for (const wrong of [
    ['invite', '1', '2', 'admin', 'team', 'more'],
    ['admin', 'chat'],
    ['admin'],
    ['invite', '--uses=2'],
  ])
    assert.equal((await hilo(...wrong)).code, EXIT_USAGE, wrong.join(' '));
  assert.match((await hilo('admin', 'help')).out, /hilo admin invite \[uses\] \[days\] \[role\] \[team\]/);
});

async function startClosed() {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-invite-'));
  const server = await startTestServer({ environment: { ...CLOSED, DATA_DIR: dataDir } });
  const hilo = async (...args: readonly string[]) => {
    const env = { ...PROCESS_ENVIRONMENT, APP_PORT: String(server.port), DATA_DIR: dataDir };
    const child = spawn(HILO, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await once(child, 'close')) as [number | null];
    const [out, err] = await outputs;
    return { code, out, err };
  };
  return {
    server,
    hilo,
    async invite() {
      const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
      using client = await RpcClient.open(server.port);
      await client.call('session.authenticate', { key });
      return String((await client.call('invitations.create', {}))['token']);
    },
    async [Symbol.asyncDispose]() {
      await server.drain();
      await rm(dataDir, { recursive: true });
    },
  };
}
