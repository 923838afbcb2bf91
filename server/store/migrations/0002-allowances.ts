/** What each address was given lately, so that a restart does not begin a new day. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';

export function allowances(dialect: DialectName): Migration {
  const isSqlite = dialect === 'sqlite';
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  const bytes = isSqlite ? sql`blob` : sql`bytea`;
  const keyedTable = isSqlite ? sql`strict, without rowid` : sql``;
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table allowances (
          address ${bytes} not null, hour ${integer} not null, taken ${integer} not null,
          primary key (address, hour)) ${keyedTable}`,
        sql`create index allowances_by_hour on allowances (hour)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
