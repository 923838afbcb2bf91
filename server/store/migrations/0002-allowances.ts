/** What each address was given lately, so that a restart does not begin a new day. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function allowances(dialect: DialectName): Migration {
  const { integer, bytes, keyedTable } = columnTypes(dialect);
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
