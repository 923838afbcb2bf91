import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { storeMigrations } from '../migrate.ts';
import { openSequence } from '../sequence.ts';
import { bothDialects } from '../store.fixture.ts';

const NAME = '0006-one-user-for-each-account';
const onBoth = bothDialects();

onBoth('of users who share an account the first keeps it, and the others get one', async (place) => {
  const migrations = Object.entries(storeMigrations(place.dialect)).filter(([name]) => name < NAME);
  const before = await place.open({ migrations: () => Object.fromEntries(migrations) });
  const accounts = await openSequence(before, 'accounts');
  const [shared, own] = [accounts.next(), accounts.next()];
  for (const [number, name] of [
    [shared, 'guest:g'],
    [own, 'user:d'],
  ] as const) {
    await sql`insert into accounts (number, name, owner) values (${number}, ${name}, 'user:c')`.execute(
      before.db,
    );
  }
  for (const [id, account, at] of [
    ['a', shared, 20],
    ['b', shared, 10],
    ['c', shared, 30],
    ['d', own, 5],
  ] as const) {
    await sql`insert into users (id, email, name, password_hash, role, active, account, created_at)
      values (${id}, ${id}, '', '', 'user', 1, ${account}, ${at})`.execute(before.db);
  }
  await accounts.close();
  await before.close();
  const store = await place.open();
  const users = await store.db
    .selectFrom('users')
    .innerJoin('accounts', 'accounts.number', 'users.account')
    .select(['users.id', 'accounts.name', 'accounts.owner'])
    .orderBy('users.id')
    .execute();
  assert.deepEqual(users, [
    { id: 'a', name: 'user:a', owner: 'user:a' },
    { id: 'b', name: 'guest:g', owner: 'user:b' },
    { id: 'c', name: 'user:c', owner: 'user:c' },
    { id: 'd', name: 'user:d', owner: 'user:c' },
  ]);
  const numbers = await store.db.selectFrom('accounts').select('number').execute();
  const later = await openSequence(store, 'accounts');
  const next = later.next();
  assert.ok(numbers.every(({ number }) => number < next));
  await later.close();
});
