/**
 * No two users have the same account. Several could once take over the same guest at the same moment: the
 * first of them keeps its account, and the others begin with one of their own.
 */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

type Rows = Kysely<unknown>;

export function oneUserForEachAccount(): Migration {
  return {
    async up(db: Rows) {
      const { rows } = await sql<{ id: string; account: number }>`
        select id, account from users
        where account in (select account from users group by account having count(*) > 1)
        order by created_at, id`.execute(db);
      const kept = new Set<number>();
      for (const { id, account } of rows) {
        if (kept.has(account)) await giveFreshAccount(db, id);
        else await sql`update accounts set owner = ${`user:${id}`} where number = ${account}`.execute(db);
        kept.add(account);
      }
      await sql`create unique index users_by_account on users (account)`.execute(db);
    },
  };
}

async function giveFreshAccount(db: Rows, id: string): Promise<void> {
  const name = `user:${id}`;
  const {
    rows: [known],
  } = await sql<{ number: number }>`select number from accounts where name = ${name}`.execute(db);
  const number = known?.number ?? (await makeAccount(db, name));
  await sql`update users set account = ${number} where id = ${id}`.execute(db);
}

/** Its number is taken from the sequence that all later accounts take theirs from. */
async function makeAccount(db: Rows, name: string): Promise<number> {
  const {
    rows: [free],
  } = await sql<{ number: number }>`select max(number) as number from (
    select number + 1 as number from accounts
    union all select next as number from sequences where name = 'accounts') as numbers`.execute(db);
  const number = free?.number ?? 1;
  await sql`insert into accounts (number, name, owner) values (${number}, ${name}, ${name})`.execute(db);
  await sql`update sequences set next = ${number + 1} where name = 'accounts'`.execute(db);
  return number;
}
