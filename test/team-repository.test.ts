/** Teams and their members in the store: the same on both dialects. */
import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { ManualClock } from '../shared/clock.ts';
import { UserRepository } from '../server/identity/user-repository.ts';
import { bothDialects } from '../server/store/store.fixture.ts';
import type { Store } from '../server/store/store.ts';
import { TeamRepository } from '../server/teams/team-repository.ts';
import { Teams } from '../server/teams/teams.ts';
import { AT, openRepositories } from './support/repositories.fixture.ts';

const onBoth = bothDialects();

async function openTeams(store: Store) {
  const { accounts } = await openRepositories(store);
  const users = new UserRepository(store, accounts);
  const clock = new ManualClock(AT);
  const teams = new Teams({ store: new TeamRepository(store, accounts), clock, newId: randomUUIDv7 });
  const addUser = async () => {
    const id = randomUUIDv7();
    const facts = { id, email: `${id}@example.org`, name: 'Ana', role: 'user', isActive: true } as const;
    const rest = { locale: undefined, retentionDays: undefined, createdAt: AT, passwordHash: 'x' };
    await users.create({ ...facts, ...rest, account: `user:${id}` });
    return id;
  };
  return { teams, users, addUser, store };
}

onBoth(
  'a team is found by id and by name, whatever its capitals, and no other may have the name',
  async ({ open }) => {
    const { teams } = await openTeams(await open());
    const made = await teams.create({ name: 'Research', routes: ['a'], personas: ['p'] });
    assert.deepEqual(await teams.find('RESEARCH'), made);
    assert.deepEqual(await teams.find(made.id), made);
    assert.equal(made.account, `team:${made.id}`);
    await assert.rejects(teams.create({ name: 'research' }), { key: 'team_name_taken' });
    const other = await teams.create({ name: 'Sales' });
    await assert.rejects(teams.update(other, { name: 'rEsearch' }), { key: 'team_name_taken' });
    const changed = await teams.update(made, { name: 'Science', routes: null, personas: [] });
    assert.deepEqual([changed.name, changed.routes, changed.personas], ['Science', undefined, []]);
    assert.deepEqual(
      (await teams.all()).map(({ name }) => name),
      ['Sales', 'Science'],
    );
    await assert.rejects(teams.find('Research'), { key: 'not_found' });
  },
);

onBoth(
  'a member has a role and a budget, each of which stays when the other is changed',
  async ({ open }) => {
    const { teams, addUser } = await openTeams(await open());
    const team = await teams.create({ name: 'a' });
    const user = await addUser();
    const added = await teams.setMember(team, user, { budget: { credits: 5, period: 'week' } });
    assert.deepEqual([added.role, added.budget], ['member', { credits: 5, period: 'week' }]);
    const promoted = await teams.setMember(team, user, { role: 'manager' });
    assert.deepEqual([promoted.role, promoted.budget], ['manager', { credits: 5, period: 'week' }]);
    assert.equal((await teams.setMember(team, user, { budget: null })).budget, undefined);
    assert.deepEqual(
      (await teams.ofUser(user)).map(({ team: { id }, role }) => [id, role]),
      [[team.id, 'manager']],
    );
    assert.deepEqual(
      (await teams.members(team)).map(({ user: id }) => id),
      [user],
    );
  },
);

onBoth(
  'what was known of members is forgotten with each change, which listeners hear of',
  async ({ open }) => {
    const { teams, users, addUser } = await openTeams(await open());
    const team = await teams.create({ name: 'a' });
    const [user, other] = [await addUser(), await addUser()];
    let changes = 0;
    const stop = teams.onChange(() => void changes++);
    await teams.setMember(team, user, {});
    await teams.setMember(team, other, {});
    assert.equal((await teams.ofUser(user)).length, 1);
    assert.equal((await teams.ofUser(other)).length, 1);
    await teams.removeMember(team, user);
    await assert.rejects(teams.removeMember(team, user), { key: 'not_found' });
    assert.deepEqual(await teams.ofUser(user), []);
    await users.remove(other);
    assert.deepEqual(await teams.members(team), [], 'whoever is erased is in no team');
    await teams.remove(team);
    assert.equal(changes, 5);
    stop();
    await teams.create({ name: 'b' });
    assert.equal(changes, 5);
  },
);
