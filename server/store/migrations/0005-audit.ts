/** What administrators have looked at. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function audit(dialect: DialectName): Migration {
  const { integer, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table audit (
          id text not null primary key, at ${integer} not null, actor text not null, action text not null,
          owner text not null, conversation text) ${keyedTable}`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
