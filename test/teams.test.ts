/** Teams on a running server: who makes them, who looks after them, and what the others see. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LineClient } from './support/line-client.ts';
import { connectAs, register } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;
let adminKey: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-teams-'));
  server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { DATA_DIR: dataDir },
  });
  adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

function operator(): Promise<RpcClient> {
  return connectAs(server, { accessToken: adminKey });
}

function names(answer: Record<string, unknown>): readonly string[] {
  return (answer['teams'] as { name: string }[]).map(({ name }) => name);
}

test('an administrator makes a team, its manager looks after the members, a member sees itself', async () => {
  const [boss, ana, stranger] = [await register(server), await register(server), await register(server)];
  using admin = await operator();
  const made = await admin.call('teams.create', { name: 'Research' });
  assert.equal(made['account'], `team:${String(made['id'])}`);
  assert.equal(await admin.failure('teams.create', { name: 'RESEARCH' }), 'team_name_taken');
  await admin.call('teams.setMember', { team: 'research', user: boss.email, role: 'manager' });

  using manager = await connectAs(server, boss);
  const budget = { credits: 500, period: 'week' };
  const added = await manager.call('teams.setMember', { team: 'Research', user: ana.email, budget });
  assert.deepEqual([added['user'], added['role'], added['budget']], [ana.id, 'member', budget]);
  const seen = await manager.call('teams.get', { team: 'research' });
  assert.equal((seen['members'] as unknown[]).length, 2);
  assert.equal(await manager.failure('teams.update', { team: 'research', name: 'x' }), 'forbidden');
  assert.equal(await manager.failure('teams.delete', { team: 'research' }), 'forbidden');

  using member = await connectAs(server, ana);
  const own = await member.call('teams.get', { team: 'research' });
  assert.deepEqual(
    (own['members'] as { user: string }[]).map(({ user }) => user),
    [ana.id],
  );
  assert.equal(await member.failure('teams.setMember', { team: 'research', user: ana.email }), 'forbidden');
  assert.equal(
    await member.failure('teams.removeMember', { team: 'research', user: boss.email }),
    'forbidden',
  );

  using other = await connectAs(server, stranger);
  assert.deepEqual(names(await other.call('teams.list')), []);
  assert.equal(await other.failure('teams.get', { team: 'research' }), 'not_found');
  assert.equal(await other.failure('teams.setMember', { team: 'research', user: ana.email }), 'not_found');

  await member.call('teams.removeMember', { team: 'research' });
  assert.deepEqual(names(await member.call('teams.list')), []);
  await admin.call('teams.delete', { team: 'research' });
  assert.deepEqual(names(await manager.call('teams.list')), []);
});

test('a key manages no team, and a name of a route or persona that is not there is refused', async () => {
  const ana = await register(server);
  using admin = await operator();
  await admin.call('teams.create', { name: 'keys' });
  await admin.call('teams.setMember', { team: 'keys', user: ana.email, role: 'manager' });
  using person = await connectAs(server, ana);
  const { key } = await person.call('keys.create', { name: 'program' });
  using program = await connectAs(server, { accessToken: String(key) });
  assert.deepEqual(names(await program.call('teams.list')), ['keys']);
  assert.equal(await program.failure('teams.setMember', { team: 'keys', user: ana.email }), 'key_not_enough');
  assert.equal(await admin.failure('teams.update', { team: 'keys', routes: ['nothing'] }), 'not_found');
  assert.equal(await admin.failure('teams.update', { team: 'keys', personas: ['nobody'] }), 'not_found');
  assert.equal(await admin.failure('teams.create', { name: 'two words' }), 'invalid_params');
});

test('teams on the text face', async () => {
  const ana = await register(server);
  using client = await LineClient.open(server.port);
  client.send(`/lang en\n/login ${adminKey}\n`);
  await client.until('English from here on.\n');
  await client.line();
  const answer = (command: string) => {
    client.send(`${command}\n`);
    return client.line();
  };
  assert.match(await answer('/new-team lines'), /^lines · team:/);
  assert.match(await answer(`/add-member lines ${ana.email} manager`), / · manager$/);
  assert.match(await answer('/rename-team lines rows'), /^rows · team:/);
  assert.equal(await answer(`/remove-member rows ${ana.email}`), 'Removed.');
  assert.equal(await answer('/delete-team rows'), 'Deleted.');
});
